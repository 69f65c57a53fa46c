package simulate

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"
)

// job plays a provisioning job. It keeps the link from each source object to its id in the target.
type job struct {
	opt       options
	client    *client
	report    *report
	progress  *progress
	src       *Source
	generator *generator
	features  features

	mu     sync.Mutex
	linked map[string]*object // by target id, the deleted ones too: ids are never used again
}

// run runs the job: an initial cycle, incremental ones, the tests of features, the negative tests, the final check, and
// the cleanup.
func (j *job) run(ctx context.Context) error {
	if err := j.cycle(ctx, "initial cycle", true); err != nil {
		return err
	}
	n := 1
	next := func(ctx context.Context) error {
		n++
		j.generator.change()
		return j.cycle(ctx, fmt.Sprintf("cycle %d", n), false)
	}
	if j.opt.duration > 0 {
		if err := j.stages(ctx, next); err != nil {
			return err
		}
	}
	for n < j.opt.cycles {
		if err := next(ctx); err != nil {
			return err
		}
	}
	if j.opt.probeFeatures {
		if err := j.probe(ctx); err != nil {
			return err
		}
	}
	if j.opt.probeErrors {
		j.progress.phase("negative tests", 0)
		if err := j.negativeTests(ctx); err != nil {
			return err
		}
	}
	if err := j.verify(ctx); err != nil {
		return err
	}
	if j.opt.cleanup {
		return j.clean(ctx)
	}
	return nil
}

// cycle exports what changed: users, then groups, then references between them, as Entra orders it.
func (j *job) cycle(ctx context.Context, name string, first bool) error {
	j.progress.phase(name+": test connection", 0)
	if err := j.testConnection(ctx); err != nil {
		return err
	}
	if first {
		if err := j.discover(ctx); err != nil {
			return err
		}
	}
	if err := each(ctx, j, name+": users", j.src.People, (*Person).pending, j.user); err != nil {
		return err
	}
	if err := each(ctx, j, name+": groups", j.src.Groups, (*Group).pending, j.group); err != nil {
		return err
	}
	if err := each(ctx, j, name+": managers", j.src.People, (*Person).managerPending, j.manager); err != nil {
		return err
	}
	return each(ctx, j, name+": members", j.src.Groups, (*Group).live, j.members)
}

// each runs f on the objects that need it, some at a time. No object is worked on twice at once.
func each[T any](ctx context.Context, j *job, phase string, all []T, needs func(T) bool, f func(context.Context, T) error) error {
	total := 0
	for _, o := range all {
		if needs(o) {
			total++
		}
	}
	j.progress.phase(phase, total)
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(j.opt.concurrency)
	for _, o := range all {
		if running.Err() != nil {
			break
		}
		if !needs(o) {
			continue
		}
		group.Go(func() error {
			defer j.progress.step()
			return f(running, o)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// link links an object to its id in the target. An id of another object, even a deleted one, is a defect.
func (j *job) link(a *answer, o *object, id string) bool {
	j.mu.Lock()
	other := j.linked[id]
	if other == nil || other == o {
		j.linked[id] = o
	}
	j.mu.Unlock()
	if other != nil && other != o {
		a.wrong("the id %s is, or was, that of %s", id, other)
		return false
	}
	o.id = id
	return true
}

// objectOf returns the object that is, or was, linked to an id; nil for none.
func (j *job) objectOf(id string) *object {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.linked[id]
}

func (j *job) known(id string) bool { return j.objectOf(id) != nil }

// user exports one person without the manager.
func (j *job) user(ctx context.Context, p *Person) error {
	if p.id == "" {
		p.managerID = ""
	}
	found, err := j.export(ctx, &p.object)
	if found != nil {
		p.managerID = managerOf(found)
	}
	return err
}

// group exports one group without its members. It reads the members of a group that it finds in the target: Entra does
// not, but the final comparison needs them.
func (j *job) group(ctx context.Context, g *Group) error {
	if g.id == "" {
		clear(g.linked)
		clear(g.foreign)
	}
	found, err := j.export(ctx, &g.object)
	if err != nil || found == nil {
		return err
	}
	a, err := j.client.do(ctx, request{kind: "read group", method: "GET", path: groupType.endpoint + "/" + g.id, allow: []int{200}})
	if err != nil || !a.ok {
		return err
	}
	ids, _ := membersOf(a.body)
	for id := range ids {
		if j.known(id) {
			g.linked[id] = true
		} else {
			g.foreign[id] = true
		}
	}
	return nil
}
