package simulate

import (
	"context"
	"net/http"
	"slices"
)

// versions reads an unchanged person by its version, and tries to change one in an old version (RFC 7644 §3.14).
func (j *job) versions(ctx context.Context) error {
	p := j.anyPerson()
	if p == nil {
		return nil
	}
	read := request{kind: "versions", method: "GET", path: p.path(), allow: []int{200}}
	a, err := j.client.do(ctx, read)
	if err != nil || !a.ok {
		return err
	}
	first := a.header.Get("ETag")
	meta, _ := a.body["meta"].(map[string]any)
	if first == "" || meta["version"] != first {
		a.remark("the ETag is %q, meta.version %s", first, compact(meta["version"]))
	}
	if first == "" {
		return nil
	}
	again := read
	again.header, again.allow = http.Header{"If-None-Match": {first}}, []int{304}
	if _, err = j.client.do(ctx, again); err != nil {
		return err
	}
	return j.conflict(ctx, p, first)
}

// conflict sends two changes of a person in the same version: the second must be refused.
func (j *job) conflict(ctx context.Context, p *Person, version string) error {
	d := j.opt.dialect.of(&p.object)
	change := func(job string, allow ...int) (answer, error) {
		want := slices.Clone(p.want)
		want[title] = job
		return j.client.do(ctx, request{kind: "versions", method: "PATCH", path: p.path(), header: http.Header{"If-Match": {version}},
			body: patch(d.attributes(userType.mapping, p.have, want)), allow: allow})
	}
	a, err := change("First to change", 200, 204)
	if err != nil || !a.ok {
		return err
	}
	p.want[title] = "First to change"
	p.have = slices.Clone(p.want)
	if _, err = change("Second to change", 412); err != nil {
		return err
	}
	a, err = j.client.do(ctx, request{kind: "versions", method: "GET", path: p.path(), allow: []int{200}})
	if err == nil && a.ok {
		a.resource(&p.object, p.want)
		if a.header.Get("ETag") == version {
			a.wrong("the ETag is the same after a change")
		}
	}
	return err
}
