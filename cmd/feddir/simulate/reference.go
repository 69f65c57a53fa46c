package simulate

import (
	"context"
	"slices"
	"strings"
)

// manager writes one person's manager. Entra first checks whether the reference exists already.
func (j *job) manager(ctx context.Context, p *Person) error {
	want := p.wantManager()
	if want != "" {
		if err := j.checkReference(ctx, &p.object, "manager", want, false); err != nil {
			return err
		}
	}
	d := j.opt.dialect.of(&p.object)
	a, err := j.client.do(ctx, request{kind: "set manager", method: "PATCH", path: p.path(),
		body: patch([]operation{d.manager(p.managerID, want)}), allow: []int{200, 204, 404}})
	if err != nil || !a.ok || a.status == 404 {
		return err // the next cycle reads the person, finds 404, and matches again
	}
	if a.status == 200 {
		a.resource(&p.object, p.have)
		if got := managerOf(a.body); got != want {
			a.wrong("the manager is %q instead of %q", got, want)
		}
	}
	p.managerID = want
	if want == "" || p.index%10 != 0 {
		return nil
	}
	return j.checkReference(ctx, &p.object, "manager", want, true)
}

// members writes the difference of one group's members.
func (j *job) members(ctx context.Context, g *Group) error {
	want := g.wantMembers()
	for id := range g.linked {
		if o := j.objectOf(id); o != nil && (o.deleted || o.id != id) {
			delete(g.linked, id) // the target removes deleted members
		}
	}
	for id := range g.foreign {
		if j.known(id) { // the source has found this member since
			delete(g.foreign, id)
			g.linked[id] = true
		}
	}
	d := j.opt.dialect.of(&g.object)
	steps := []struct {
		kind       string
		ids        []string
		operations func([]string) []operation
		present    bool
	}{
		{"add members", missing(want, g.linked), d.addMembers, true},
		{"remove members", missing(g.linked, want), d.removeMembers, false},
	}
	for _, s := range steps {
		for ids := range slices.Chunk(s.ids, j.opt.membersPerPatch) {
			// One member is checked for all: to check each, as Entra does, would be most of the traffic.
			if err := j.checkReference(ctx, &g.object, "members", ids[0], !s.present); err != nil {
				return err
			}
			a, err := j.client.do(ctx, request{kind: s.kind, method: "PATCH", path: g.path(),
				body: patch(s.operations(ids)), allow: []int{200, 204, 404}})
			if err != nil {
				return err
			}
			if !a.ok || a.status == 404 {
				return nil // tried again in the next cycle
			}
			for _, id := range ids {
				if delete(g.linked, id); s.present {
					g.linked[id] = true
				}
			}
			if err := j.checkReference(ctx, &g.object, "members", ids[len(ids)-1], s.present); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkReference checks whether an object refers to another one. The answer is one resource with its id only, or an
// empty list.
func (j *job) checkReference(ctx context.Context, o *object, attribute, id string, present bool) error {
	expression := "id eq " + quote(o.id) + " and " + attribute + " eq " + quote(id)
	a, err := j.client.do(ctx, request{kind: "check " + strings.TrimSuffix(attribute, "s"), method: "GET", path: o.kind.endpoint,
		query: filter(o.index%2 == 0, "", expression) + "&attributes=id", allow: []int{200}})
	if err != nil {
		return err
	}
	found, _ := a.list()
	if !a.ok {
		return nil
	}
	switch {
	case present != (len(found) == 1) || len(found) > 1:
		a.wrong("%d resources found, the reference is there: %t", len(found), present)
	case present && found[0]["id"] != o.id:
		a.wrong("another resource was found, id %s", compact(found[0]["id"]))
	case present && (found[0]["userName"] != nil || found[0]["displayName"] != nil || found[0]["members"] != nil):
		a.remark("the request has attributes=id, but the answer has more")
	}
	return nil
}

// missing returns the ids of a that b does not have, in order.
func missing(a, b map[string]bool) []string {
	var ids []string
	for id := range a {
		if !b[id] {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
