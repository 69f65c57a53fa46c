package simulate

import (
	"context"
	"reflect"
	"slices"
	"strings"
)

// negativeTest is a request that must be refused, or one that must change nothing.
type negativeTest struct {
	request
	scimTypes []string // RFC 7644 §3.12; not checked if empty
	challenge bool     // WWW-Authenticate must be there (RFC 6750 §3)
}

// negativeTests sends invalid and repeated requests, and checks the answer to each and that nothing was changed.
func (j *job) negativeTests(ctx context.Context) error {
	before, err := j.readTestObjects(ctx)
	if err != nil {
		return err
	}
	for _, m := range slices.Concat(j.invalidRequests(), j.repeatedRequests()) {
		if m.kind = "negative test"; m.allow[0] < 300 {
			m.kind = "repeated request"
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
	after, err := j.readTestObjects(ctx)
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

// unchanged compares a resource with its earlier state. Only a real change may change meta (RFC 7644 §3.5.2).
func (a *answer) unchanged(before map[string]any) {
	meta, was := a.body["meta"], before["meta"]
	delete(a.body, "meta")
	delete(before, "meta")
	switch {
	case !reflect.DeepEqual(before, a.body):
		a.wrong("a refused or repeated request changed the resource")
	case !reflect.DeepEqual(meta, was):
		a.remark("meta changed although the resource did not: %s", compact(meta))
	}
}

// repeatedRequests returns requests that Entra sends again if an answer was lost. They must be accepted and change
// nothing.
func (j *job) repeatedRequests() (list []negativeTest) {
	for _, o := range j.testObjects() {
		d := j.opt.dialect.of(o)
		again := []operation{d.set(o.kind.mapping[o.kind.matching].path, "there", o.want[o.kind.matching])}
		if o.kind == groupType {
			for id := range j.src.Groups[o.index].linked {
				again = d.addMembers([]string{id})
				break
			}
		}
		list = append(list, negativeTest{request: request{method: "PATCH", path: o.path(), body: patch(again), allow: []int{200, 204}}})
		if o.kind == groupType {
			stranger := patch(d.removeMembers([]string{"00000000-0000-4000-8000-000000000000"}))
			list = append(list, negativeTest{request: request{method: "PATCH", path: o.path(), body: stranger, allow: []int{200, 204}}})
		}
	}
	return list
}

func (j *job) invalidRequests() []negativeTest {
	unknown := "00000000-0000-4000-8000-" + guid(j.opt.url)[24:]
	good := operation{"replace", "displayName", "must not be stored"}
	rename := patch([]operation{good})
	list := []negativeTest{
		{request: request{method: "GET", path: "/Users", query: filter(true, "", `userName eq "open`), allow: []int{400}}, scimTypes: []string{"invalidFilter"}},
		{request: request{method: "POST", path: "/Users", body: []byte(`{"schemas":[`), allow: []int{400}}, scimTypes: []string{"invalidSyntax"}},
		{request: request{method: "POST", path: "/Users", body: map[string]any{"schemas": []string{userSchema}, "displayName": "Nobody"}, allow: []int{400}},
			scimTypes: []string{"invalidValue", "invalidSyntax"}},
	}
	for _, t := range []*resourceType{userType, groupType} {
		path := t.endpoint + "/" + unknown
		list = append(list,
			negativeTest{request: request{method: "GET", path: path, allow: []int{404}}},
			negativeTest{request: request{method: "PATCH", path: path, body: rename, allow: []int{404}}},
			negativeTest{request: request{method: "DELETE", path: path, allow: []int{404}}})
	}
	for _, o := range j.testObjects() {
		twin := *o
		twin.want = slices.Clone(o.want)
		if o.kind == userType {
			twin.want[displayName], twin.want[userName] = "Twin", strings.ToUpper(o.want[userName])
		} else {
			twin.want[groupName] = strings.ToUpper(o.want[groupName])
		}
		list = append(list,
			negativeTest{request: request{method: "POST", path: o.kind.endpoint, body: creation(&twin), allow: []int{409}}, scimTypes: []string{"uniqueness"}},
			negativeTest{request: request{method: "PATCH", path: o.path(), body: patch([]operation{good, {"destroy", "displayName", "x"}}), allow: []int{400}},
				scimTypes: []string{"invalidSyntax", "invalidValue"}},
			negativeTest{request: request{method: "PATCH", path: o.path(), body: patch([]operation{good, {Op: "remove"}}), allow: []int{400}},
				scimTypes: []string{"noTarget"}})
		if o.kind == userType {
			list = append(list, negativeTest{request: request{method: "PATCH", path: o.path(),
				body: patch([]operation{good, {"Replace", "active", "perhaps"}}), allow: []int{400}}, scimTypes: []string{"invalidValue"}})
		}
	}
	if j.client.credentials.protected() {
		for _, token := range []string{"", "not-a-token"} {
			list = append(list,
				negativeTest{request: request{method: "GET", path: "/Users", token: &token, allow: []int{401}}, challenge: true},
				negativeTest{request: request{method: "POST", path: "/Groups", token: &token, allow: []int{401}, body: creation(&newGroup(0, "Intruders").object)}, challenge: true})
		}
	}
	return list
}

// testObjects returns a user and a group for the negative tests, with names of ASCII.
func (j *job) testObjects() (objects []*object) {
	fits := func(o *object) bool {
		return o.id != "" && !o.deleted && plainText(o.want[o.kind.matching])
	}
	if i := slices.IndexFunc(j.src.People, func(p *Person) bool { return fits(&p.object) }); i >= 0 {
		objects = append(objects, &j.src.People[i].object)
	}
	if i := slices.IndexFunc(j.src.Groups, func(g *Group) bool { return fits(&g.object) }); i >= 0 {
		objects = append(objects, &j.src.Groups[i].object)
	}
	return objects
}

// readTestObjects reads the test objects, which must not change.
func (j *job) readTestObjects(ctx context.Context) ([]answer, error) {
	var answers []answer
	for _, o := range j.testObjects() {
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
