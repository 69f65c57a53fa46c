package simulate

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// probe tests the optional features that the target announces.
func (j *job) probe(ctx context.Context) error {
	f := j.features
	for _, p := range []struct {
		name    string
		claimed bool
		try     func(context.Context) error
	}{
		{"provisioning on demand", true, j.onDemand},
		{"searching by POST", true, j.searchByPost}, // it is not announced (RFC 7644 §3.4.3): the status shows it
		{"sorting", f.sort, j.sorted},
		{"cursors", f.cursor, j.cursors},
		{"ETags", f.etag, j.versions},
		{"bulk requests", f.bulk, j.bulk},
	} {
		if !p.claimed {
			j.report.note("not tested, since the server does not announce it: %s", p.name)
			continue
		}
		j.progress.phase("testing "+p.name, 0)
		if err := p.try(ctx); err != nil {
			return err
		}
	}
	return nil
}

// onDemand provisions one person and one small group, as Entra's provisioning on demand does.
func (j *job) onDemand(ctx context.Context) error {
	if p := j.anyPerson(); p != nil {
		_, found, err := j.lookUp(ctx, &p.object, p.want[userName])
		if err != nil || len(found) == 0 {
			return err
		}
		p.want[title] = "Provisioned on demand"
		if err := j.user(ctx, p); err != nil {
			return err
		}
		if p.managerPending() {
			if err := j.manager(ctx, p); err != nil {
				return err
			}
		}
	}
	for _, g := range j.src.Groups {
		if g.live() && !g.purge && len(g.members)+len(g.subgroups) <= 5 {
			if _, _, err := j.lookUp(ctx, &g.object, g.want[groupName]); err != nil {
				return err
			}
			return j.members(ctx, g)
		}
	}
	return nil
}

// anyPerson returns a person of the target for a test; nil for none.
func (j *job) anyPerson() *Person {
	for _, p := range j.src.People {
		if p.id != "" && !p.deleted && !p.purge && !p.uncertain && plainText(p.want[userName]) {
			return p
		}
	}
	return nil
}

// plainText reports whether a text is ASCII, so that all servers agree on its upper case.
func plainText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// searchByPost looks a person up with the filter in the body.
func (j *job) searchByPost(ctx context.Context) error {
	p := j.anyPerson()
	if p == nil {
		return nil
	}
	body := map[string]any{"schemas": []string{searchSchema}, "filter": "userName eq " + quote(p.want[userName]),
		"attributes": []string{"userName"}, "startIndex": 1, "count": 10}
	for _, path := range []string{userType.endpoint + "/.search", "/.search"} {
		a, err := j.client.do(ctx, request{kind: "search by POST", method: "POST", path: path, body: body, allow: []int{200, 400, 403, 404, 405, 501}})
		if err != nil {
			return err
		}
		if a.status != 200 {
			j.report.note("POST %s is not supported: status %d", path, a.status)
			continue
		}
		found, _ := a.list()
		switch {
		case !a.ok:
		case len(found) != 1 || found[0]["id"] != p.id:
			a.wrong("a search by a user name that one user has found %s", count(len(found), "resource"))
		case found[0]["displayName"] != nil || found[0]["emails"] != nil:
			a.remark("the request has attributes=userName, but the answer has more: %s", strings.Join(slices.Sorted(maps.Keys(found[0])), ", "))
		}
	}
	return nil
}
