package simulate

import (
	"context"
	"reflect"
	"slices"
	"strings"
)

// mistake is a request that must be refused, or one that has nothing left to do.
type mistake struct {
	request
	scimTypes []string // RFC 7644 §3.12; none: not checked
	challenge bool     // WWW-Authenticate must be there (RFC 6750 §3)
}

// provoke makes mistakes and repeats itself, and checks that each request is answered as it should be and changes
// nothing.
func (j *job) provoke(ctx context.Context) error {
	before, err := j.samples(ctx)
	if err != nil {
		return err
	}
	for _, m := range slices.Concat(j.mistakes(), j.repeats()) {
		if m.kind = "provoked error"; m.allow[0] < 300 {
			m.kind = "repeat"
		}
		a, err := j.client.do(ctx, m.request)
		if err != nil {
			return err
		}
		if len(m.scimTypes) > 0 {
			a.scimType(m.scimTypes...)
		}
		if m.challenge && a.ok && !strings.HasPrefix(strings.ToLower(a.header.Get("WWW-Authenticate")), "bearer") {
			a.remark("401 without a WWW-Authenticate: Bearer header")
		}
	}
	after, err := j.samples(ctx)
	if err != nil {
		return err
	}
	for i := range after {
		if before[i].ok && after[i].ok {
			after[i].unchanged(before[i].body)
		}
	}
	return nil
}

// unchanged compares a resource with what it was. Only a real change may move meta (RFC 7644 §3.5.2).
func (a *answer) unchanged(before map[string]any) {
	meta, was := a.body["meta"], before["meta"]
	delete(a.body, "meta")
	delete(before, "meta")
	switch {
	case !reflect.DeepEqual(before, a.body):
		a.wrong("a request that was refused, or repeated, changed the resource")
	case !reflect.DeepEqual(meta, was):
		a.remark("meta moved although nothing changed: %s", compact(meta))
	}
}

// repeats are the requests Entra sends again when an answer was lost: they must be accepted and change nothing.
func (j *job) repeats() (list []mistake) {
	for _, o := range j.sampled() {
		d := j.opt.dialect.of(o)
		again := []operation{d.set(o.kind.mapping[o.kind.matching].path, "there", o.want[o.kind.matching])}
		if o.kind == groupType {
			for id := range j.src.Groups[o.index].linked {
				again = d.addMembers([]string{id})
				break
			}
		}
		list = append(list, mistake{request: request{method: "PATCH", path: o.path(), body: patch(again), allow: []int{200, 204}}})
		if o.kind == groupType {
			stranger := patch(d.removeMembers([]string{"00000000-0000-4000-8000-000000000000"}))
			list = append(list, mistake{request: request{method: "PATCH", path: o.path(), body: stranger, allow: []int{200, 204}}})
		}
	}
	return list
}

func (j *job) mistakes() []mistake {
	unknown := "00000000-0000-4000-8000-" + guid(j.opt.url)[24:]
	good := operation{"replace", "displayName", "must not be stored"}
	rename := patch([]operation{good})
	list := []mistake{
		{request: request{method: "GET", path: "/Users", query: filter(true, `userName eq "open`), allow: []int{400}}, scimTypes: []string{"invalidFilter"}},
		{request: request{method: "POST", path: "/Users", body: []byte(`{"schemas":[`), allow: []int{400}}, scimTypes: []string{"invalidSyntax"}},
		{request: request{method: "POST", path: "/Users", body: map[string]any{"schemas": []string{userSchema}, "displayName": "Nobody"}, allow: []int{400}},
			scimTypes: []string{"invalidValue", "invalidSyntax"}},
	}
	for _, t := range []*resourceType{userType, groupType} {
		path := t.endpoint + "/" + unknown
		list = append(list,
			mistake{request: request{method: "GET", path: path, allow: []int{404}}},
			mistake{request: request{method: "PATCH", path: path, body: rename, allow: []int{404}}},
			mistake{request: request{method: "DELETE", path: path, allow: []int{404}}})
	}
	for _, o := range j.sampled() {
		twin := *o
		twin.want = slices.Clone(o.want)
		if o.kind == userType {
			twin.want[displayName], twin.want[userName] = "Twin", strings.ToUpper(o.want[userName])
		} else {
			twin.want[groupName] = strings.ToUpper(o.want[groupName])
		}
		list = append(list,
			mistake{request: request{method: "POST", path: o.kind.endpoint, body: creation(&twin), allow: []int{409}}, scimTypes: []string{"uniqueness"}},
			mistake{request: request{method: "PATCH", path: o.path(), body: patch([]operation{good, {"destroy", "displayName", "x"}}), allow: []int{400}},
				scimTypes: []string{"invalidSyntax", "invalidValue"}},
			mistake{request: request{method: "PATCH", path: o.path(), body: patch([]operation{good, {Op: "remove"}}), allow: []int{400}},
				scimTypes: []string{"noTarget"}})
		if o.kind == userType {
			list = append(list, mistake{request: request{method: "PATCH", path: o.path(),
				body: patch([]operation{good, {"Replace", "active", "perhaps"}}), allow: []int{400}}, scimTypes: []string{"invalidValue"}})
		}
	}
	if j.client.credentials.protected() {
		for _, token := range []string{"", "not-a-token"} {
			list = append(list,
				mistake{request: request{method: "GET", path: "/Users", token: &token, allow: []int{401}}, challenge: true},
				mistake{request: request{method: "POST", path: "/Groups", token: &token, allow: []int{401}, body: creation(&newGroup(0, "Intruders").object)}, challenge: true})
		}
	}
	return list
}

// sampled are a user and a group the mistakes are made on, with names whose upper case is beyond dispute.
func (j *job) sampled() (objects []*object) {
	fits := func(o *object) bool {
		return o.id != "" && !o.gone && plainText(o.want[o.kind.matching])
	}
	if i := slices.IndexFunc(j.src.People, func(p *Person) bool { return fits(&p.object) }); i >= 0 {
		objects = append(objects, &j.src.People[i].object)
	}
	if i := slices.IndexFunc(j.src.Groups, func(g *Group) bool { return fits(&g.object) }); i >= 0 {
		objects = append(objects, &j.src.Groups[i].object)
	}
	return objects
}

// samples reads what must not change: the objects the mistakes are made on.
func (j *job) samples(ctx context.Context) ([]answer, error) {
	var answers []answer
	for _, o := range j.sampled() {
		a, err := j.client.do(ctx, request{kind: "read " + o.kind.name, method: "GET", path: o.path(), allow: []int{200}})
		if err != nil {
			return nil, err
		}
		sortMembers(a.body)
		answers = append(answers, a)
	}
	return answers, nil
}

// sortMembers puts members in one order: they are a set.
func sortMembers(resource map[string]any) {
	list, _ := resource["members"].([]any)
	slices.SortStableFunc(list, func(a, b any) int { return strings.Compare(compact(a), compact(b)) })
}
