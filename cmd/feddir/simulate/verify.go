package simulate

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const pageSize = 100

// verify reads the whole directory back and compares it with the source.
func (j *job) verify(ctx context.Context) error {
	tally := &j.report.tally
	j.progress.phase("final check: users", len(j.src.People))
	seen, err := j.pages(ctx, userType, func(o *object, resource map[string]any) {
		p := j.src.People[o.index]
		if got, want := managerOf(resource), p.wantManager(); got != want {
			j.report.differ("%s: the manager is %q and shall be %q", o, got, want)
		}
	})
	if err != nil {
		return err
	}
	for _, p := range j.src.People {
		tally.People += j.compareExistence(&p.object, seen)
	}
	tally.OtherPeople = len(seen) - tally.People
	j.progress.phase("final check: groups", len(j.src.Groups))
	if seen, err = j.pages(ctx, groupType, nil); err != nil {
		return err
	}
	for _, g := range j.src.Groups {
		tally.Groups += j.compareExistence(&g.object, seen)
	}
	tally.OtherGroups = len(seen) - tally.Groups
	err = each(ctx, j, "final check: members", j.src.Groups, (*Group).live, j.verifyMembers)
	tally.Compared = err == nil
	return err
}

// compareExistence returns 1 if the object is in the target as it should be.
func (j *job) compareExistence(o *object, seen map[string]bool) int {
	switch {
	case !o.deleted && !seen[o.id]:
		j.report.differ("%s is not in the directory", o)
	case o.deleted && seen[o.id]:
		j.report.differ("%s was deleted and is still listed", o)
	case !o.deleted:
		return 1
	}
	return 0
}

// pages lists all resources of a kind and compares those of the source. It returns the ids seen.
func (j *job) pages(ctx context.Context, kind *resourceType, more func(*object, map[string]any)) (map[string]bool, error) {
	seen := map[string]bool{}
	for start := 1; ; {
		a, err := j.client.do(ctx, request{kind: "list " + kind.name + "s", method: "GET", path: kind.endpoint,
			query: strings.TrimPrefix(fmt.Sprintf("%s&startIndex=%d&count=%d", kind.exclude, start, pageSize), "&"), allow: []int{200}})
		if err != nil {
			return seen, err
		}
		resources, total := a.list()
		if !a.ok {
			return seen, nil
		}
		if a.body["startIndex"] != float64(start) {
			a.wrong("startIndex is %s instead of %d", compact(a.body["startIndex"]), start)
		}
		if len(resources) > pageSize {
			a.wrong("%d resources in a page of %d", len(resources), pageSize)
		}
		for _, r := range resources {
			j.compareResource(&a, kind, r, seen, more)
			j.progress.step()
		}
		start += len(resources)
		if start > total {
			return seen, nil
		}
		if len(resources) == 0 {
			a.wrong("an empty page at %d of %d", start, total)
			return seen, nil
		}
	}
}

func (j *job) compareResource(a *answer, kind *resourceType, resource map[string]any, seen map[string]bool, more func(*object, map[string]any)) {
	id, _ := resource["id"].(string)
	if seen[id] {
		a.wrong("%s is listed twice", id)
		return
	}
	seen[id] = true
	o := j.linked[id] // no request writes any more
	if o == nil || o.kind != kind || o.deleted || o.id != id {
		return
	}
	if kind.exclude != "" && resource["members"] != nil {
		a.wrong("members are in the answer although excluded")
	}
	_, problems := shape(o, resource)
	if problems = append(problems, compare(kind, resource, o.want)...); len(problems) > 0 {
		j.report.differ("%s: %s", o, strings.Join(problems, "; "))
	}
	if more != nil {
		more(o, resource)
	}
}

// verifyMembers compares one group's members.
func (j *job) verifyMembers(ctx context.Context, g *Group) error {
	a, err := j.client.do(ctx, request{kind: "read group", method: "GET", path: g.path(), allow: []int{200}})
	if err != nil || !a.ok {
		return err
	}
	got, twice := membersOf(a.body)
	want := g.wantMembers()
	for _, id := range twice {
		j.report.differ("%s: %s is a member twice", g, j.name(id))
	}
	if absent := missing(want, got); len(absent) > 0 {
		j.report.differ("%s: %s missing, first %s", g, count(len(absent), "member"), j.name(absent[0]))
	}
	for id := range g.foreign {
		delete(got, id)
	}
	if extra := missing(got, want); len(extra) > 0 {
		j.report.differ("%s: %s too many, first %s", g, count(len(extra), "member"), j.name(extra[0]))
	}
	j.report.addMemberships(len(want))
	return nil
}

// name describes the resource for people.
func (j *job) name(id string) string {
	if o := j.linked[id]; o != nil {
		return o.String()
	}
	return id
}

// clean deletes what the run has created.
func (j *job) clean(ctx context.Context) error {
	made := func(o *object) bool { return o.created && !o.deleted }
	if err := each(ctx, j, "cleanup: groups", j.src.Groups, func(g *Group) bool { return made(&g.object) },
		func(ctx context.Context, g *Group) error { return j.remove(ctx, &g.object) }); err != nil {
		return err
	}
	return each(ctx, j, "cleanup: users", j.src.People, func(p *Person) bool { return made(&p.object) },
		func(ctx context.Context, p *Person) error { return j.remove(ctx, &p.object) })
}

// tally has the counts of the final check.
type tally struct {
	Compared    bool `json:"compared"` // the final check came to its end
	People      int  `json:"people"`
	Groups      int  `json:"groups"`
	Memberships int  `json:"memberships"`
	OtherPeople int  `json:"otherPeople"` // of the directory, unknown to the source
	OtherGroups int  `json:"otherGroups"`
}

func (r *report) addMemberships(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tally.Memberships += n
}

// seconds writes a duration for people.
func seconds(d time.Duration) string { return d.Round(100 * time.Millisecond).String() }
