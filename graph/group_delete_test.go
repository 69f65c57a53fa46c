package graph_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// largeGroup is a group of 1,050 members that passes for one with so many.
func (w *world) largeGroup(t *testing.T, count int64) *ent.Group {
	t.Helper()
	var members []uuid.UUID
	err := w.InTx(w.scim, func(ctx context.Context) error {
		for i := range member.Max + 50 {
			u, err := w.CreateUser(ctx, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: person(fmt.Sprint("crew", i))})
			if err != nil {
				return err
			}
			members = append(members, u.User.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	g := w.mustCreateGroup(t, "All", members[:member.Max]...)
	if _, err := w.AddGroupMembers(w.scim, model.AddGroupMembersInput{GroupID: g.ID, MemberIds: members[member.Max:]}); err != nil {
		t.Fatal(err)
	}
	return inTx(t, w.db, func(ctx context.Context) (*ent.Group, error) {
		return w.db.Client(ctx).Group.UpdateOneID(g.ID).Where(group.DirectoryID(w.directory.ID)).SetMemberCount(count).Save(ctx)
	})
}

// maxDeleted is how many members go with their group in one transaction.
func maxDeleted(db *entdb.DB) int64 {
	if db.Dialect() == "postgres" {
		return 1_000_000
	}
	return 100_000
}

// A group with more members than one transaction may delete is deleted in
// several, and the feed tells who left before.
func TestLargeGroupIsDeletedInBatches(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		g := w.largeGroup(t, maxDeleted(db)+500)
		removals := func() int {
			return inTx(t, db, func(ctx context.Context) (int, error) {
				return db.Client(ctx).Change.Query().Where(change.ResourceID(g.ID), change.KindEQ(change.KindMEMBERS_REMOVED)).Count(ctx)
			})
		}
		version, stale := int(g.Version), int(g.Version)-1
		if _, err := w.DeleteGroup(w.scim, model.DeleteGroupInput{ID: g.ID, Version: &stale}); dberror.CodeOf(err) != apierror.StaleVersion {
			t.Errorf("another version: %v", err)
		}
		err := w.InTx(w.scim, func(ctx context.Context) error {
			_, err := w.DeleteGroup(ctx, model.DeleteGroupInput{ID: g.ID})
			return err
		})
		if dberror.CodeOf(err) != apierror.Limit {
			t.Errorf("in a transaction with something else: %v", err)
		}
		if n := removals(); n != 0 {
			t.Errorf("a group that is not deleted lost members %d times", n)
		}
		if _, err := w.DeleteGroup(w.scim, model.DeleteGroupInput{ID: g.ID, Version: &version}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.FindGroup(w.scim, g.ID); dberror.CodeOf(err) != apierror.NotFound {
			t.Errorf("after the deletion: %v", err)
		}
		if n := removals(); n != 1 {
			t.Errorf("members left before in %d transactions, want 1", n)
		}
	})
}

// More members than one transaction may delete are not replaced.
func TestMembersOfLargeGroupAreNotReplaced(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		g := w.largeGroup(t, 100_001)
		_, err := w.ReplaceGroupMembers(w.scim, model.ReplaceGroupMembersInput{GroupID: g.ID})
		if dberror.CodeOf(err) != apierror.Limit {
			t.Errorf("nobody instead of all: %v", err)
		}
	})
}

// Who is in more groups than one statement counts leaves all of them.
func TestMemberOfVeryManyGroups(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		u := w.mustCreateUser(t, "ada")
		const n = member.Max + 1
		_ = inTx(t, db, func(ctx context.Context) (any, error) {
			c := db.Client(ctx)
			for i := range n {
				name := fmt.Sprint("Crew ", i)
				g, err := c.Group.Create().SetCompanyID(w.company.ID).SetDirectoryID(w.directory.ID).SetSource(u.Source).
					SetDisplayName(name).SetDisplayNameKey(name).SetMemberCount(1).Save(ctx)
				if err != nil {
					return nil, err
				}
				if err := c.Membership.Create().SetCompanyID(w.company.ID).SetDirectoryID(w.directory.ID).SetSource(u.Source).
					SetGroupID(g.ID).SetMemberID(u.ID).SetUserID(u.ID).Exec(ctx); err != nil {
					return nil, err
				}
			}
			return nil, nil
		})
		if _, err := w.DeleteUser(w.scim, model.DeleteUserInput{ID: u.ID}); err != nil {
			t.Fatal(err)
		}
		left := inTx(t, db, func(ctx context.Context) (int, error) {
			return db.Client(ctx).Group.Query().Where(group.DirectoryID(w.directory.ID), group.MemberCountNEQ(0)).Count(ctx)
		})
		if left != 0 {
			t.Errorf("%d groups still count the member", left)
		}
	})
}
