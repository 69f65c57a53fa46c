package graph_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// feed reads all of a company's feed behind a cursor, page by page.
func (w *world) feed(t *testing.T, after *string, first int, where *model.ChangeWhereInput) (all []*ent.Change, end string) {
	t.Helper()
	for {
		page := w.feedPage(t, w.api, after, first, where)
		for _, e := range page.Edges {
			all = append(all, e.Node)
		}
		after = page.PageInfo.EndCursor
		if !page.PageInfo.HasNextPage {
			return all, *after
		}
	}
}

func (w *world) feedPage(t *testing.T, ctx context.Context, after *string, first int, where *model.ChangeWhereInput) *model.ChangeConnection {
	t.Helper()
	page, err := w.Company().Changes(ctx, w.company, after, &first, where)
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Edges) > first {
		t.Fatalf("%d changes on a page of %d", len(page.Edges), first)
	}
	return page
}

func (w *world) mustSequence(t *testing.T) {
	t.Helper()
	if _, err := w.Feed().Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func resources(changes []*ent.Change) (ids []uuid.UUID) {
	for _, c := range changes {
		ids = append(ids, c.ResourceID)
	}
	return ids
}

func TestFeedGoesOnBehindItsCursor(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		other := newWorld(t, db, "other")
		var want []uuid.UUID
		var told []*ent.Change
		var after *string
		for round := range 4 {
			for i := range 7 {
				want = append(want, w.mustCreateUser(t, fmt.Sprintf("user-%d-%d", round, i)).ID)
				other.mustCreateUser(t, fmt.Sprintf("user-%d-%d", round, i))
			}
			w.mustSequence(t)
			more, end := w.feed(t, after, 1+round, nil)
			told, after = append(told, more...), &end
		}
		if got := resources(told); !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
		if page := w.feedPage(t, w.api, after, 10, nil); len(page.Edges) != 0 || page.PageInfo.HasNextPage || page.ResyncRequired || page.LatestCursor != *after {
			t.Errorf("at the end: %+v", page)
		}
		if _, err := other.Company().Changes(other.api, other.company, after, nil, nil); dberror.CodeOf(err) != apierror.Invalid {
			t.Errorf("another company goes on behind the cursor: %v", err)
		}
	})
}

// A change that is committed late is told to those who have read what was
// committed before it, although it is older.
func TestLateCommitIsNotPassed(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		if db.Dialect() == "sqlite3" {
			return // where one transaction writes at a time, none is late
		}
		w := newWorld(t, db, "harbor")
		made, commit, committed := make(chan uuid.UUID), make(chan struct{}), make(chan error)
		go func() {
			committed <- w.InTx(w.scim, func(ctx context.Context) error {
				p, err := w.CreateUser(ctx, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: person("late")})
				if err != nil {
					return err
				}
				made <- p.User.ID
				<-commit
				return nil
			})
		}()
		late := <-made
		early := w.mustCreateUser(t, "early").ID
		w.mustSequence(t)
		before, end := w.feed(t, nil, 10, nil)
		close(commit)
		if err := <-committed; err != nil {
			t.Fatal(err)
		}
		w.mustSequence(t)
		after, _ := w.feed(t, &end, 10, nil)
		if got := resources(append(before, after...)); !slices.Equal(got, []uuid.UUID{early, late}) {
			t.Errorf("told %v, want %v", got, []uuid.UUID{early, late})
		}
	})
}

func TestFeedFilters(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		u := w.mustCreateUser(t, "ada")
		g := w.mustCreateGroup(t, "Crew", u.ID)
		if _, err := w.DeleteUser(w.scim, model.DeleteUserInput{ID: u.ID}); err != nil {
			t.Fatal(err)
		}
		elsewhere, err := w.CreateDirectory(w.api, model.CreateDirectoryInput{Name: "Elsewhere"})
		if err != nil {
			t.Fatal(err)
		}
		w.mustSequence(t)
		for name, c := range map[string]struct {
			where model.ChangeWhereInput
			want  []uuid.UUID
		}{
			"kind":     {model.ChangeWhereInput{Kind: []change.Kind{change.KindDELETED}}, []uuid.UUID{u.ID}},
			"type":     {model.ChangeWhereInput{ResourceType: []change.ResourceType{change.ResourceTypeGROUP, change.ResourceTypeDIRECTORY}, Kind: []change.Kind{change.KindCREATED}}, []uuid.UUID{g.ID, elsewhere.Directory.ID}},
			"resource": {model.ChangeWhereInput{ResourceID: &u.ID}, []uuid.UUID{u.ID, u.ID}},
			"none":     {model.ChangeWhereInput{Kind: []change.Kind{}}, nil},
		} {
			all, end := w.feed(t, nil, 1, &c.where)
			if got := resources(all); !slices.Equal(got, c.want) {
				t.Errorf("%s: told %v, want %v", name, got, c.want)
			}
			if latest := w.feedPage(t, w.api, nil, 0, nil).LatestCursor; end != latest {
				t.Errorf("%s: the end is not that of the feed", name)
			}
		}
		page, err := w.Directory().Changes(w.api, elsewhere.Directory, nil, nil, nil)
		if err != nil || len(page.Edges) != 1 || page.Edges[0].Node.ResourceID != elsewhere.Directory.ID {
			t.Errorf("of a directory: %+v, %v", page, err)
		}
	})
}

// What was done to keys is told to those who may read keys.
func TestChangesOfKeysAreHidden(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		k, err := w.CreateKey(w.api, model.CreateKeyInput{Name: "app", Scopes: []viewer.Scope{viewer.ScopeRead}})
		if err != nil {
			t.Fatal(err)
		}
		w.mustSequence(t)
		v, _ := viewer.FromContext(w.api)
		for _, c := range []struct {
			scopes []viewer.Scope
			want   []uuid.UUID
		}{{[]viewer.Scope{viewer.ScopeRead, viewer.ScopeKeys}, []uuid.UUID{k.Key.ID}}, {[]viewer.Scope{viewer.ScopeRead}, nil}} {
			v.Scopes = c.scopes
			var got []uuid.UUID
			for _, e := range w.feedPage(t, viewer.NewContext(t.Context(), v), nil, 10, nil).Edges {
				got = append(got, e.Node.ResourceID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%v: told %v, want %v", c.scopes, got, c.want)
			}
		}
		v.Scopes = []viewer.Scope{viewer.ScopeRecords, viewer.ScopeKeys}
		if _, err := w.Company().Changes(viewer.NewContext(t.Context(), v), w.company, nil, nil, nil); dberror.CodeOf(err) != apierror.Forbidden {
			t.Errorf("without READ: %v", err)
		}
	})
}

// Changes are deleted from the oldest on. Who had not read them is told so, and
// goes on from the latest.
func TestOldChangesArePruned(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		now := time.Now()
		w.Operations = graph.New(db, graph.Config{KeepChanges: time.Hour, Now: func() time.Time { return now }}).Operations()
		w.mustCreateUser(t, "first")
		w.mustSequence(t)
		start := w.feedPage(t, w.api, nil, 1, nil)
		first := start.Edges[0].Cursor
		w.mustCreateUser(t, "second")
		w.mustSequence(t)
		prune := func() {
			t.Helper()
			if _, err := w.Feed().Prune(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		prune()
		if page := w.feedPage(t, w.api, &first, 10, nil); page.ResyncRequired || len(page.Edges) != 1 {
			t.Errorf("young changes were pruned: %+v", page)
		}
		now = now.Add(2 * time.Hour)
		prune()
		page := w.feedPage(t, w.api, &first, 10, nil)
		if !page.ResyncRequired || len(page.Edges) != 0 {
			t.Errorf("nobody is told what was missed: %+v", page)
		}
		w.mustCreateUser(t, "third")
		w.mustSequence(t)
		if page := w.feedPage(t, w.api, &page.LatestCursor, 10, nil); page.ResyncRequired || len(page.Edges) != 1 {
			t.Errorf("behind the latest: %+v", page)
		}
		if all, _ := w.feed(t, nil, 10, nil); len(all) != 1 {
			t.Errorf("%d changes are kept", len(all))
		}
		for _, c := range []*string{&first, nil} {
			_, err := subscribed(t, w, w.api, c)
			if missed := err != nil && dberror.CodeOf(err) == apierror.ResyncRequired; missed != (c != nil) {
				t.Errorf("subscribing: %v", err)
			}
		}
	})
}

// subscribed subscribes to the changes of a company for the time of the test.
func subscribed(t *testing.T, w *world, ctx context.Context, after *string) (<-chan *model.ChangeEdge, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	changes, err := w.Subscription().Changes(ctx, after, nil, nil)
	t.Cleanup(func() {
		cancel()
		for err == nil {
			if _, open := <-changes; !open {
				return
			}
		}
	})
	return changes, err
}

func TestHistory(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		u := w.mustCreateUser(t, "ada")
		g := w.mustCreateGroup(t, "Crew")
		if _, err := w.AddGroupMembers(w.scim, model.AddGroupMembersInput{GroupID: g.ID, MemberIds: []uuid.UUID{u.ID}}); err != nil {
			t.Fatal(err)
		}
		one := 1
		h, err := w.Group().History(w.api, g, nil, &one, nil, nil)
		if err != nil || len(h.Edges) != 1 || h.Edges[0].Node.Kind != change.KindMEMBERS_ADDED || !h.PageInfo.HasNextPage {
			t.Fatalf("the latest: %+v, %v", h, err)
		}
		h, err = w.Group().History(w.api, g, h.PageInfo.EndCursor, &one, nil, nil)
		if err != nil || len(h.Edges) != 1 || h.Edges[0].Node.Kind != change.KindCREATED || h.PageInfo.HasNextPage {
			t.Errorf("before: %+v, %v", h, err)
		}
		made, err := w.User().History(w.api, u, nil, nil, nil, nil)
		if err != nil || len(made.Edges) != 1 {
			t.Fatalf("of the user: %+v, %v", made, err)
		}
		resource := func() any {
			t.Helper()
			n, err := w.Change().Resource(w.api, made.Edges[0].Node)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if got, ok := resource().(*ent.User); !ok || got.ID != u.ID {
			t.Errorf("the resource of the change is %v", got)
		}
		if _, err := w.DeleteUser(w.scim, model.DeleteUserInput{ID: u.ID}); err != nil {
			t.Fatal(err)
		}
		if got := resource(); got != nil {
			t.Errorf("the resource is deleted, and there is %v", got)
		}
	})
}
