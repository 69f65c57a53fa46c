package graph_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/list"
)

// How much is written while the lists are read: at most so much for each walk,
// and one thing for each page of it.
const (
	disturbers       = 3
	disturbedWalkers = 4
	disturbances     = 20
)

// While writers in other goroutines create, delete, rename and change what is
// in the lists, each list is read in every order and from both sides. Who is
// there all the time and does not move in the order comes exactly once, and
// nobody who does not move comes twice.
func TestListsHoldWhileWritersWrite(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: reads lists while others write")
	}
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		r := newRestless(t, newWalker(t, db))
		turns := make(chan struct{}, disturbers)
		ctx, stop := context.WithCancelCause(t.Context())
		defer stop(nil)
		var writers, walkers errgroup.Group
		for range disturbers {
			writers.Go(func() error {
				for range turns {
					if err := r.disturb(ctx); err != nil {
						stop(err)
						return err
					}
				}
				return nil
			})
		}
		walkers.SetLimit(disturbedWalkers)
		for _, k := range everyWalk() {
			walkers.Go(func() error { return r.check(ctx, t, k, turns) })
		}
		err := walkers.Wait()
		close(turns)
		if err := errors.Join(err, writers.Wait()); err != nil {
			t.Fatal(err)
		}
	})
}

// everyWalk is all lists in every order by one field, some by several, and the
// searches.
func everyWalk() (all []walk) {
	for _, c := range connections(graph.New(nil, graph.Config{}).Schema().Schema()) {
		all = append(all, c.walks(0)...)
		for i, field := range c.orders {
			if len(c.orders) == 1 {
				break // there are no two
			}
			by := "[{field: " + c.orders[(i+1)%len(c.orders)] + ", direction: DESC}, {field: " + field + ", direction: ASC}]"
			all = append(all, walk{connection: c, orderBy: by}, walk{connection: c, orderBy: by, backward: true})
		}
		if c.field().Arguments.ForName("query") != nil {
			query := map[string]string{"UserConnection": "ada", "GroupConnection": "c"}[c.field().Type.Name()]
			all = append(all, walk{connection: c, query: query})
		}
	}
	return all
}

// check reads a list while a turn is given to the writers for each page.
func (r *restless) check(ctx context.Context, t *testing.T, k walk, turns chan<- struct{}) error {
	whole := walk{connection: k.connection, query: k.query, size: list.MaxPageSize}
	before, err := r.all(t, whole, undisturbed)
	if err != nil {
		return err
	}
	k.size = min(max(2, len(before)/10), list.MaxPageSize)
	left := disturbances
	got, err := r.all(t, k, func() error {
		if left--; left < 0 {
			return nil // a list that always grows has no end
		}
		select {
		case turns <- struct{}{}:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	if err != nil {
		return err
	}
	after, err := r.all(t, whole, undisturbed)
	if err != nil {
		return err
	}
	if len(before) == 0 && k.query == "" {
		t.Errorf("%v is empty: there is nothing to lose", k.connection)
	}
	for _, id := range before {
		if !slices.Contains(got, id) && slices.Contains(after, id) && !r.movesIn(id, k) {
			t.Errorf("%v %s by %s, %d at a time, backward %t: %s is lost", k.connection, k.query, k.orderBy, k.size, k.backward, id)
		}
	}
	for _, id := range got {
		if n := occurrences(got, id); n > 1 && !r.movesIn(id, k) {
			t.Errorf("%v %s by %s, %d at a time, backward %t: %s is there %d times", k.connection, k.query, k.orderBy, k.size, k.backward, id, n)
		}
	}
	return nil
}
