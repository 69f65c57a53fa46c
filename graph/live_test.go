package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// next waits for an event; there is none when the subscription has ended.
func next(t *testing.T, changes <-chan *model.ChangeEdge) *model.ChangeEdge {
	t.Helper()
	select {
	case e := <-changes:
		return e
	case <-time.After(time.Minute):
		t.Fatal("nothing is told")
		return nil
	}
}

// What is told live, and to who catches up, is what the feed has under the same
// filter and for the same viewer.
func TestSubscriptionsTellWhatTheFeedHas(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		other := newWorld(t, db, "other")
		u := w.mustCreateUser(t, "before")
		w.mustSequence(t)
		start := w.feedPage(t, w.api, nil, 10, nil).LatestCursor
		v, _ := viewer.FromContext(w.api)
		v.Scopes = []viewer.Scope{viewer.ScopeRead}
		reader := viewer.NewContext(t.Context(), v)
		filters := []*model.ChangeWhereInput{
			nil,
			{Kind: []change.Kind{change.KindDELETED, change.KindMEMBERS_ADDED}},
			{ResourceType: []change.ResourceType{change.ResourceTypeGROUP, change.ResourceTypeKEY}},
			{ResourceID: &u.ID},
			{ResourceID: &u.ID, Kind: []change.Kind{change.KindDELETED}},
		}
		live := make([]<-chan *model.ChangeEdge, len(filters))
		for i, f := range filters {
			var err error
			if live[i], err = w.Subscription().Changes(reader, nil, nil, f); err != nil {
				t.Fatal(err)
			}
		}
		g := w.mustCreateGroup(t, "Crew")
		for _, do := range []func() error{
			func() (err error) {
				_, err = w.AddGroupMembers(w.scim, model.AddGroupMembersInput{GroupID: g.ID, MemberIds: []uuid.UUID{u.ID}})
				return err
			},
			func() (err error) { _, err = w.CreateKey(w.api, model.CreateKeyInput{Name: "app"}); return err },
			func() (err error) { _, err = w.DeleteUser(w.scim, model.DeleteUserInput{ID: u.ID}); return err },
		} {
			if err := do(); err != nil {
				t.Fatal(err)
			}
			other.mustCreateGroup(t, uuid.NewString())
		}
		w.mustSequence(t)
		for i, f := range filters {
			want := w.feedPage(t, reader, &start, 100, f).Edges
			late, err := w.Subscription().Changes(reader, &start, nil, f)
			if err != nil {
				t.Fatal(err)
			}
			for j, e := range want {
				if got := next(t, live[i]); got == nil || got.Node.ID != e.Node.ID || got.Cursor == "" {
					t.Errorf("filter %d: live, change %d is %+v", i, j, got)
				}
				if got := next(t, late); got == nil || got.Node.ID != e.Node.ID {
					t.Errorf("filter %d: afterwards, change %d is %+v", i, j, got)
				}
			}
			if len(want) == 0 {
				t.Errorf("filter %d meets nothing", i)
			}
		}
	})
}

// Who takes what comes too slowly is cut off, and goes on where it was.
func TestLateSubscriberIsCutOff(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		const patience = 50 * time.Millisecond
		w.Operations = graph.New(db, graph.Config{MaxLag: patience}).Operations()
		changes, last := w.subscribed(t)
		var want, told []uuid.UUID
		take := func(changes <-chan *model.ChangeEdge) (cutOff bool) {
			for len(told) < len(want) {
				e := next(t, changes)
				if e == nil {
					return true
				}
				told, last = append(told, e.Node.ResourceID), &e.Cursor
			}
			return false
		}
		// What waits longer than that for the subscriber must have come before:
		// where the machine is slow, after another while.
		for late := false; !late; late = take(changes) {
			if len(want) == 30 {
				t.Fatal("it is not cut off")
			}
			for range 3 {
				want = append(want, w.mustCreateUser(t, uuid.NewString()).ID)
			}
			w.mustSequence(t)
			<-time.After(20 * patience)
		}
		for len(told) < len(want) { // and may be cut off again
			again, err := w.Subscription().Changes(w.api, last, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			take(again)
		}
		if !slices.Equal(told, want) {
			t.Errorf("told %v, want %v", told, want)
		}
	})
}

// subscribed returns a subscription that has told a change, and its cursor.
func (w *world) subscribed(t *testing.T) (<-chan *model.ChangeEdge, *string) {
	t.Helper()
	for range 10 { // it may be late already
		changes, err := w.Subscription().Changes(w.api, nil, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		id := w.mustCreateUser(t, uuid.NewString()).ID
		if e := next(t, changes); e != nil && e.Node.ResourceID == id {
			return changes, &e.Cursor
		}
	}
	t.Fatal("nothing is told in time")
	return nil, nil
}

// Who follows needs READ, records also RECORDS, and a directory of the company.
func TestWhoSubscribes(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "other")
		v, _ := viewer.FromContext(w.api)
		with := func(scopes ...viewer.Scope) func(directory *uuid.UUID) (error, error) {
			return func(directory *uuid.UUID) (error, error) {
				v.Scopes = scopes
				ctx := viewer.NewContext(t.Context(), v)
				_, changes := w.Subscription().Changes(ctx, nil, directory, nil)
				_, records := w.Subscription().RequestRecords(ctx, *directory, nil, nil)
				return changes, records
			}
		}
		if changes, records := with(viewer.ScopeRead, viewer.ScopeRecords)(&w.directory.ID); changes != nil || records != nil {
			t.Errorf("who may: %v, %v", changes, records)
		}
		if changes, records := with(viewer.ScopeRead)(&w.directory.ID); changes != nil || dberror.CodeOf(records) != apierror.Forbidden {
			t.Errorf("without RECORDS: %v, %v", changes, records)
		}
		if changes, records := with(viewer.ScopeRecords)(&w.directory.ID); dberror.CodeOf(changes) != apierror.Forbidden || dberror.CodeOf(records) != apierror.Forbidden {
			t.Errorf("without READ: %v, %v", changes, records)
		}
		if changes, records := with(viewer.Scopes...)(&other.directory.ID); dberror.CodeOf(changes) != apierror.NotFound || dberror.CodeOf(records) != apierror.NotFound {
			t.Errorf("another company's directory: %v, %v", changes, records)
		}
		for name, ctx := range map[string]func() error{
			"a directory key": func() error { _, err := w.Subscription().Changes(w.scim, nil, nil, nil); return err },
			"an operator": func() error {
				_, err := w.Subscription().Changes(viewer.WithOperator(t.Context()), nil, nil, nil)
				return err
			},
			"nobody": func() error { _, err := w.Subscription().Changes(t.Context(), nil, nil, nil); return err },
		} {
			if err := ctx(); dberror.CodeOf(err) != apierror.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Who names no cursor is told what happens from then on, and nothing that only
// waits for its place in the feed.
func TestSubscriptionBeginsNow(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		w.mustCreateGroup(t, "before")
		changes, err := w.Subscription().Changes(w.api, nil, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		after := w.mustCreateGroup(t, "after")
		if e := next(t, changes); e == nil || e.Node.ResourceID != after.ID {
			t.Errorf("told %+v", e)
		}
	})
}

// Changes too large to be read together are all told, to who is late too.
func TestLargeChangesAreTold(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		w.mustSequence(t)
		start := w.feedPage(t, w.api, nil, 10, nil).LatestCursor
		w.FitPages(4 << 10)
		var made []uuid.UUID
		for i := range 12 {
			made = append(made, w.mustCreateGroup(t, strings.Repeat("x", 500)+fmt.Sprint(i)).ID)
		}
		changes, err := w.Subscription().Changes(w.api, &start, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range made {
			if e := next(t, changes); e == nil || e.Node.ResourceID != id {
				t.Fatalf("told %+v", e)
			}
		}
	})
}
