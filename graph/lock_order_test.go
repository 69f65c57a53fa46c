package graph_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/graph/model"
)

type deletingKey struct{}

// A user joins a group just before it is locked for its deletion. Who then takes
// it out of the group and puts it back waits for the deletion, which must not
// wait for the membership.
func TestDeletionOfUserWaitsForNoMembership(t *testing.T) {
	t.Parallel()
	url := pgtest.TemplateURL(t, "migrated", migrate)
	toLock, joined, locked, left := make(chan struct{}), make(chan struct{}), make(chan struct{}), make(chan struct{})
	lock, next := sync.OnceFunc(func() { close(toLock); <-joined }), sync.OnceFunc(func() { close(locked); <-left })
	isLocked := false
	db, err := entdb.OpenCurrent(t.Context(), sqlconn.Config{URL: url, Guard: func(ctx context.Context, query string, _ []any) error {
		switch {
		case ctx.Value(deletingKey{}) == nil:
		case strings.Contains(query, "FOR UPDATE"):
			lock()
			isLocked = true
		case isLocked:
			next()
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	w := newWorld(t, db, "harbor")
	ada := w.mustCreateUser(t, "ada").ID
	crew := w.mustCreateGroup(t, "Crew").ID

	var deleted sync.WaitGroup
	deleted.Go(func() {
		if _, err := w.DeleteUser(context.WithValue(w.scim, deletingKey{}, true), model.DeleteUserInput{ID: ada}); err != nil {
			t.Error(err)
		}
	})
	<-toLock
	if _, err := w.AddGroupMembers(w.scim, model.AddGroupMembersInput{GroupID: crew, MemberIds: []uuid.UUID{ada}}); err != nil {
		t.Error(err)
	}
	close(joined)
	<-locked
	leave := sync.OnceFunc(func() { close(left) })
	err = w.InTx(w.scim, func(ctx context.Context) error {
		if _, err := w.RemoveGroupMembers(ctx, model.RemoveGroupMembersInput{GroupID: crew, MemberIds: []uuid.UUID{ada}}); err != nil {
			return err
		}
		leave()
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
	if deadlocks := pgtest.Deadlocks(t, url); deadlocks != "" {
		t.Error(deadlocks)
	}
}
