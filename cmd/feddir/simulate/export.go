package simulate

import (
	"context"
	"slices"
	"strings"
)

// export brings one object into the target. It returns the resource that was already there, if one was.
func (j *job) export(ctx context.Context, o *object) (found map[string]any, err error) {
	switch {
	case o.purge && o.id == "":
		o.deleted = true
		return nil, nil
	case o.purge:
		return nil, j.remove(ctx, o)
	case o.id == "":
		return j.provision(ctx, o)
	default:
		return j.update(ctx, o)
	}
}

// provision matches the object, and creates it when the target does not have it.
func (j *job) provision(ctx context.Context, o *object) (found map[string]any, err error) {
	found, err = j.match(ctx, o)
	if err != nil || found != nil {
		return j.adopt(ctx, o, found, err)
	}
	a, err := j.client.do(ctx, request{kind: "create " + o.kind.name, method: "POST", path: o.kind.endpoint,
		body: creation(o), allow: []int{201, 409}})
	if err != nil || !a.ok {
		return nil, err
	}
	if a.status == 409 {
		// The answer to an earlier attempt may be lost. Otherwise the matching query missed the resource.
		if !a.uncertain {
			a.wrong("refused as existing, but the matching query found nothing: %s", a.detail())
		}
		found, err = j.match(ctx, o)
		return j.adopt(ctx, o, found, err)
	}
	if id := a.resource(o, o.want); id != "" && j.link(&a, o, id) {
		o.created = true
		o.have = slices.Clone(o.want)
	}
	return nil, nil
}

// adopt links the object to an existing resource and updates it.
func (j *job) adopt(ctx context.Context, o *object, found map[string]any, err error) (map[string]any, error) {
	if err != nil || found == nil {
		return nil, err
	}
	o.have = make(values, len(o.want))
	for i := range o.kind.mapping {
		o.have[i], _ = o.kind.mapping[i].get(found) // of a wrong type: written anew
	}
	_, err = j.write(ctx, o)
	return found, err
}

// match looks the object up by the matching attribute. A resource found is linked.
func (j *job) match(ctx context.Context, o *object) (map[string]any, error) {
	a, resources, err := j.lookUp(ctx, o, o.want[o.kind.matching])
	if err != nil || len(resources) == 0 {
		return nil, err
	}
	id, problems := shape(o, resources[0])
	if len(problems) > 0 {
		a.wrong("%s", problems[0])
	}
	if id == "" || !j.link(&a, o, id) {
		return nil, nil
	}
	return resources[0], nil
}

// lookUp sends the matching query. More than one hit would stop the object in Entra (DuplicateTargetEntries).
func (j *job) lookUp(ctx context.Context, o *object, value string) (answer, []map[string]any, error) {
	at := &o.kind.mapping[o.kind.matching]
	a, err := j.client.do(ctx, request{kind: "match " + o.kind.name, method: "GET", path: o.kind.endpoint,
		query: filter(o.index%2 == 0, o.kind.exclude, at.path+" eq "+quote(value)), allow: []int{200}})
	if err != nil {
		return a, nil, err
	}
	resources, total := a.list()
	if len(resources) > 1 || total != len(resources) && a.ok {
		a.wrong("%d resources match (%d in the answer), at most one may", total, len(resources))
	}
	for _, r := range resources {
		if got, err := at.get(r); err != nil || !strings.EqualFold(got, value) {
			a.wrong("%s is %q in a resource found by %q", at.path, got, value)
			return a, nil, nil
		}
		if r["members"] != nil && o.kind.exclude != "" {
			a.wrong("members are in the answer although excluded")
		}
	}
	return a, resources, nil
}

// update reads the object back, and writes what changed. A 404 means that somebody deleted it: match again.
func (j *job) update(ctx context.Context, o *object) (found map[string]any, err error) {
	a, err := j.client.do(ctx, request{kind: "read " + o.kind.name, method: "GET", path: o.path(), query: o.kind.exclude, allow: []int{200, 404}})
	if err != nil || !a.ok {
		return nil, err
	}
	if a.status == 404 {
		return j.unlink(ctx, o)
	}
	if o.uncertain {
		o.uncertain = false
		return j.adopt(ctx, o, a.body, nil)
	}
	a.resource(o, o.have)
	gone, err := j.write(ctx, o)
	if err != nil || !gone {
		return nil, err
	}
	return j.unlink(ctx, o)
}

// unlink removes the link to a deleted resource.
func (j *job) unlink(ctx context.Context, o *object) (map[string]any, error) {
	j.report.note("%s (id %s) was not there any more and was matched again", o, o.id)
	o.id, o.have, o.created, o.uncertain = "", nil, false, false
	return j.provision(ctx, o)
}

// write sends the PATCH that makes the target equal the source. notFound means that it answered 404.
func (j *job) write(ctx context.Context, o *object) (notFound bool, err error) {
	operations := j.opt.dialect.of(o).attributes(o.kind.mapping, o.have, o.want)
	if len(operations) == 0 {
		o.have = slices.Clone(o.want)
		return false, nil
	}
	kind, old, name := o.updateKind(), o.have[o.kind.matching], o.want[o.kind.matching]
	allow := []int{200, 204, 404}
	if old != name {
		allow = append(allow, 409)
	}
	a, err := j.client.do(ctx, request{kind: kind, method: "PATCH", path: o.path(), query: o.kind.exclude,
		body: patch(operations), allow: allow})
	switch {
	case err != nil:
		return false, err
	case !a.ok:
		o.uncertain = true
		return false, nil
	case a.status == 404:
		return true, nil
	case a.status == 409:
		return false, j.checkTaken(ctx, &a, o)
	case a.status == 200:
		a.resource(o, o.want)
	}
	o.have = slices.Clone(o.want)
	switch {
	case old != name:
		return false, j.checkRename(ctx, o, old, name)
	case kind == "disable user":
		return false, j.checkFound(ctx, o, "a disabled user is no longer found")
	}
	return false, nil
}

// checkTaken handles a refused name. If a resource that the source does not know has the name, the object keeps its
// old name; otherwise the refusal is wrong.
func (j *job) checkTaken(ctx context.Context, a *answer, o *object) error {
	i := o.kind.matching
	_, holders, err := j.lookUp(ctx, o, o.want[i])
	if err != nil {
		return err
	}
	holder := ""
	if len(holders) > 0 {
		holder, _ = holders[0]["id"].(string)
	}
	if holder == "" || j.known(holder) {
		a.wrong("refused as taken, but no other resource has the name: %s", a.detail())
	} else {
		j.report.note("%s keeps its name: another resource of the directory is called %q", o, o.want[i])
	}
	o.want[i] = o.have[i]
	_, err = j.write(ctx, o)
	return err
}

// checkRename checks that the object is found by its new name at once, and not by the old one.
func (j *job) checkRename(ctx context.Context, o *object, old, name string) error {
	if err := j.checkFound(ctx, o, "the "+o.kind.name+" is not found by its new name"); err != nil || strings.EqualFold(old, name) {
		return err
	}
	a, found, err := j.lookUp(ctx, o, old)
	if err == nil && len(found) > 0 && found[0]["id"] == o.id {
		a.wrong("the %s is still found by its old name", o.kind.name)
	}
	return err
}

// checkFound checks that the matching query finds the object.
func (j *job) checkFound(ctx context.Context, o *object, otherwise string) error {
	a, found, err := j.lookUp(ctx, o, o.want[o.kind.matching])
	if err == nil && a.ok && (len(found) != 1 || found[0]["id"] != o.id) {
		a.wrong("%s", otherwise)
	}
	return err
}

// remove deletes the object and checks that it is not found afterwards.
func (j *job) remove(ctx context.Context, o *object) error {
	a, err := j.client.do(ctx, request{kind: "delete " + o.kind.name, method: "DELETE", path: o.path(), allow: []int{204, 404}})
	if err != nil || !a.ok {
		return err
	}
	if a.status == 404 && !a.uncertain {
		j.report.note("%s (id %s) was deleted by somebody else", o, o.id)
	}
	o.deleted = true
	_, err = j.client.do(ctx, request{kind: "confirm deletion", method: "GET", path: o.path(), allow: []int{404}})
	return err
}
