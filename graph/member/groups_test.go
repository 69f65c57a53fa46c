package member_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/internal/apierror"
)

// No group contains itself, through however many others, and they are at most
// 32 deep in each other.
func TestGroupsDoNotContainThemselves(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		groups := w.groups(t, 34)
		for i, g := range groups[:32] {
			if _, err := w.add(groups[i+1], g); err != nil {
				t.Fatal(i, err)
			}
			for _, below := range []uuid.UUID{groups[0], groups[i], groups[i+1]} {
				if _, err := w.add(below, groups[i+1]); !errors.Is(err, member.ErrCycle) {
					t.Errorf("%d: %v", i, err)
				}
			}
		}
		if _, err := w.add(groups[0], groups[33]); codeOf(err) != apierror.Invalid || errors.Is(err, member.ErrCycle) {
			t.Errorf("too deep: %v", err)
		}
		if _, err := w.add(groups[1], groups[33]); err != nil {
			t.Errorf("as deep as can be: %v", err)
		}
	})
}

// GroupsOf reads in parts: by member, then by group.
func TestGroupsOf(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		users, groups := w.users(t, 2), w.groups(t, 3)
		for _, g := range groups {
			if _, err := w.add(g, users[0]); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.add(groups[1], users[1], groups[0]); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			members []uuid.UUID
			after   uuid.UUID
			limit   int
			want    []uuid.UUID
		}{
			{users, uuid.Nil, 9, append(slices.Clone(groups), groups[1])}, {users, uuid.Nil, 2, groups[:2]}, {users[:1], groups[0], 9, groups[1:]},
			{users[1:], groups[1], 9, nil}, {groups[:1], uuid.Nil, 9, groups[1:2]}, {groups[1:], uuid.Nil, 9, nil},
		} {
			rows, err := w.GroupsOf(w.ctx, c.members, c.after, c.limit)
			var got []uuid.UUID
			for _, row := range rows {
				got = append(got, row.GroupID)
				if row.Name == "" || !slices.Contains(c.members, row.MemberID) {
					t.Errorf("%+v", row)
				}
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%+v: got %v, %v", c, got, err)
			}
		}
	})
}

// A group that is deleted loses its members and leaves the groups it is in, whose
// counts say so.
func TestDeleteAll(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		users, groups := w.users(t, 3), w.groups(t, 3)
		if _, err := w.add(groups[0], users...); err != nil {
			t.Fatal(err)
		}
		for _, above := range groups[1:] {
			if _, err := w.add(above, groups[0], users[0]); err != nil {
				t.Fatal(err)
			}
		}
		w.run(t, w.ctx, func(ctx context.Context, _ *ent.Client) error {
			g, err := w.tx.FindGroupToDelete(ctx, groups[0])
			if err != nil {
				return err
			}
			n, left, err := w.DeleteAll(ctx, g)
			if slices.SortFunc(left, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }); n != 3 || !slices.Equal(left, groups[1:]) {
				t.Errorf("%d members, left %v", n, left)
			}
			return err
		})
		for _, above := range groups[1:] {
			if row, members := w.group(t, above); row.MemberCount != 1 || row.Version != 3 || !slices.Equal(members, users[:1]) {
				t.Errorf("%+v, %v", row, members)
			}
		}
		if n := w.tx.Client(w.ctx).Membership.Query().CountX(w.ctx); n != 2 {
			t.Errorf("%d memberships are left", n)
		}
	})
}
