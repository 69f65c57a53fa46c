package graph_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/graph/model"
)

type slowKey struct{}

// slow is a database on which one operation, that of a context with a slowKey,
// stops twice: before it locks a member, and before what it does then.
type slow struct {
	db             *entdb.DB
	url            string
	toLock, locked chan struct{} // closed when it is there
	lock, goOn     chan struct{} // to be closed to let it go on
}

func newSlow(t *testing.T, locks string) *slow {
	s := &slow{
		url:    dbtest.Postgres(t),
		toLock: make(chan struct{}), locked: make(chan struct{}), lock: make(chan struct{}), goOn: make(chan struct{}),
	}
	lock, next := sync.OnceFunc(func() { close(s.toLock); <-s.lock }), sync.OnceFunc(func() { close(s.locked); <-s.goOn })
	isLocked := false
	var err error
	s.db, err = entdb.OpenCurrent(t.Context(), sqlconn.Config{URL: s.url, Guard: func(ctx context.Context, query string, _ []any) error {
		switch {
		case ctx.Value(slowKey{}) == nil:
		case isLocked:
			next()
		case strings.HasSuffix(query, locks):
			lock()
			isLocked = true
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.db.Close() })
	return s
}

// waits returns once a transaction waits for another.
func (s *slow) waits(t *testing.T) {
	t.Helper()
	for n := 0; n == 0; {
		rows, err := s.db.Client(t.Context()).QueryContext(t.Context(), "SELECT count(*) FROM pg_locks WHERE NOT granted")
		if err != nil {
			t.Fatal(err)
		}
		rows.Next()
		if err := errors.Join(rows.Scan(&n), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// A user joins a group just before it is locked for its deletion. Who then takes
// it out of the group and puts it back waits for the deletion, which must not
// wait for the membership.
func TestDeletionOfUserWaitsForNoMembership(t *testing.T) {
	t.Parallel()
	s := newSlow(t, "FOR UPDATE")
	w := newWorld(t, s.db, "harbor")
	ada := w.mustCreateUser(t, "ada").ID
	crew := w.mustCreateGroup(t, "Crew").ID

	var deleted sync.WaitGroup
	deleted.Go(func() {
		if _, err := w.DeleteUser(context.WithValue(w.scim, slowKey{}, true), model.DeleteUserInput{ID: ada}); err != nil {
			t.Error(err)
		}
	})
	<-s.toLock
	w.mustJoin(t, crew, ada)
	close(s.lock)
	<-s.locked
	goOn := sync.OnceFunc(func() { close(s.goOn) })
	err := w.InTx(w.scim, func(ctx context.Context) error {
		if _, err := w.RemoveGroupMembers(ctx, model.RemoveGroupMembersInput{GroupID: crew, MemberIds: []uuid.UUID{ada}}); err != nil {
			return err
		}
		goOn()
		s.waits(t)
		_, err := w.AddGroupMembers(ctx, model.AddGroupMembersInput{GroupID: crew, MemberIds: []uuid.UUID{ada}})
		return err
	})
	deleted.Wait()
	if err != nil {
		t.Error(err)
	}
	if members := w.members(t, crew); len(members) != 0 {
		t.Errorf("%v are left in the group", members)
	}
	if deadlocks := pgtest.Deadlocks(t, s.url); deadlocks != "" {
		t.Error(deadlocks)
	}
}

// A group joins another just before it is locked for its deletion. Who then
// deletes the other one deletes the membership too.
func TestDeletionOfGroupWaitsForNoMembership(t *testing.T) {
	t.Parallel()
	s := newSlow(t, "FOR NO KEY UPDATE")
	w := newWorld(t, s.db, "harbor")
	inner := w.mustCreateGroup(t, "Inner").ID
	outer := w.mustCreateGroup(t, "Outer").ID

	var deleted sync.WaitGroup
	deleted.Go(func() {
		if _, err := w.DeleteGroup(context.WithValue(w.scim, slowKey{}, true), model.DeleteGroupInput{ID: inner}); err != nil {
			t.Error(err)
		}
	})
	<-s.toLock
	w.mustJoin(t, outer, inner)
	close(s.lock)
	<-s.locked
	goOn := sync.OnceFunc(func() { close(s.goOn) })
	err := w.InTx(w.scim, func(ctx context.Context) error {
		if _, err := w.FindGroup(ctx, outer); err != nil { // which locks it
			return err
		}
		goOn()
		s.waits(t)
		_, err := w.DeleteGroup(ctx, model.DeleteGroupInput{ID: outer})
		return err
	})
	deleted.Wait()
	if err != nil {
		t.Error(err)
	}
	if deadlocks := pgtest.Deadlocks(t, s.url); deadlocks != "" {
		t.Error(deadlocks)
	}
}

func (w *world) mustJoin(t *testing.T, group uuid.UUID, members ...uuid.UUID) {
	t.Helper()
	if _, err := w.AddGroupMembers(w.scim, model.AddGroupMembersInput{GroupID: group, MemberIds: members}); err != nil {
		t.Fatal(err)
	}
}
