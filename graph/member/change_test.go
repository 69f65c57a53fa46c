package member_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/apierror"
)

func codeOf(err error) apierror.Code {
	if e, ok := errors.AsType[*apierror.Error](err); ok {
		return e.Code
	}
	return ""
}

// Who is a member already does not come again, and who is none does not leave;
// the count and the version say what changed.
func TestAddAndRemove(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		users, groups := w.users(t, 4), w.groups(t, 2)
		g := groups[0]
		for _, step := range []struct {
			do      func(uuid.UUID, ...uuid.UUID) (int, error)
			ids     []uuid.UUID
			changed int
			left    []uuid.UUID
			version int64
		}{
			{w.add, []uuid.UUID{users[2], users[0], users[2]}, 2, []uuid.UUID{users[0], users[2]}, 2},
			{w.add, users[:3], 1, users[:3], 3},
			{w.add, users[:3], 0, users[:3], 3},
			{w.add, nil, 0, users[:3], 3},
			{w.remove, []uuid.UUID{users[1], users[3], schematype.NewID(schematype.TypeUser)}, 1, []uuid.UUID{users[0], users[2]}, 4},
			{w.remove, users[3:], 0, []uuid.UUID{users[0], users[2]}, 4},
			{w.add, groups[1:], 1, append([]uuid.UUID{users[0], users[2]}, groups[1]), 5},
			{w.remove, append(users, groups[1]), 3, nil, 6},
		} {
			n, err := step.do(g, step.ids...)
			row, members := w.group(t, g)
			if err != nil || n != step.changed || !slices.Equal(tx.Distinct(members), tx.Distinct(step.left)) {
				t.Errorf("%v: %d changed, %v; left %v, not %v", step.ids, n, err, members, step.left)
			}
			if row.MemberCount != int64(len(step.left)) || row.Version != step.version {
				t.Errorf("%v: count %d, version %d", step.ids, row.MemberCount, row.Version)
			}
		}
	})
}

func TestChangesThatAreRefused(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		users, groups := w.users(t, 1), w.groups(t, 1)
		nobody := schematype.NewID(schematype.TypeUser)
		add := func(version *int, ids ...uuid.UUID) error {
			return w.tx.InTx(w.ctx, func(ctx context.Context) error { _, err := w.Add(ctx, groups[0], version, ids); return err })
		}
		for name, c := range map[string]struct {
			err  error
			code apierror.Code
			text string
		}{
			"nobody":          {add(nil, users[0], nobody), apierror.Invalid, nobody.String()},
			"no group":        {add(nil, schematype.NewID(schematype.TypeGroup)), apierror.Invalid, "no user or group"},
			"no member's id":  {add(nil, schematype.NewID(schematype.TypeKey)), apierror.Invalid, "no user or group"},
			"nil":             {add(nil, uuid.Nil), apierror.Invalid, "not one of this directory"},
			"another version": {add(new(7), users[0]), apierror.StaleVersion, ""},
			"too many":        {add(nil, make([]uuid.UUID, member.Max+1)...), apierror.Limit, "at most 1000"},
		} {
			if codeOf(c.err) != c.code || !strings.Contains(c.err.Error(), c.text) {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		if _, err := w.remove(schematype.NewID(schematype.TypeGroup), users[0]); codeOf(err) != apierror.NotFound {
			t.Errorf("a group that does not exist: %v", err)
		}
		if row, members := w.group(t, groups[0]); row.MemberCount != 0 || row.Version != 1 || members != nil {
			t.Errorf("changed: %+v, %v", row, members)
		}
	})
}

// Only the difference is written, in parts of Max.
func TestReplace(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		const many = member.Max + 200
		users, g := w.users(t, many+100), w.groups(t, 1)[0]
		for _, step := range []struct {
			ids            []uuid.UUID
			added, removed int
			version        int64
		}{
			{users[:many], many, 0, 2}, {users[:many], 0, 0, 2}, {users[100:], 100, 100, 3}, {append(users[many:], users[many:]...), 0, many - 100, 4}, {nil, 0, 100, 5},
		} {
			var added, removed int
			w.run(t, w.ctx, func(ctx context.Context, _ *ent.Client) (err error) {
				added, removed, err = w.Replace(ctx, g, nil, step.ids)
				return err
			})
			row, members := w.group(t, g)
			if added != step.added || removed != step.removed || row.Version != step.version {
				t.Errorf("%d added, %d removed, version %d; want %+v", added, removed, row.Version, step.version)
			}
			if want := tx.Distinct(step.ids); !slices.Equal(members, want) || row.MemberCount != int64(len(want)) {
				t.Errorf("%d members, %d counted, not %d", len(members), row.MemberCount, len(want))
			}
		}
	})
}
