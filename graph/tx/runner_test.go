package tx_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/tx"
)

// A transaction that needs an earlier lock than it has is run again, with all of
// them taken before.
func TestLocksOutOfOrder(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		for name, needs := range map[string]func(ctx context.Context) error{
			"a group before":  func(ctx context.Context) error { return w.LockGroups(ctx, w.groups[0]) },
			"the directory":   func(ctx context.Context) error { _, err := w.FindDirectory(ctx, w.directory); return err },
			"a group unasked": func(ctx context.Context) error { _ = w.LockGroups(ctx, w.groups[0]); return errors.New("misread") },
		} {
			runs := 0
			err := w.InTx(w.ctx, func(ctx context.Context) error {
				runs++
				if err := w.LockGroups(ctx, w.groups[1]); err != nil {
					return err
				}
				return needs(ctx)
			})
			want := 1
			if w.RowLocks() {
				want = 2
			}
			if runs != want || (err != nil) != (name == "a group unasked") {
				t.Errorf("%s: %d runs, %v", name, runs, err)
			}
		}
	})
}

// What a transaction has read it does not read again, and what it has written it
// returns.
func TestCache(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		err := w.InTx(w.ctx, func(ctx context.Context) error {
			g, err := w.FindGroup(ctx, w.groups[0])
			if err != nil {
				return err
			}
			c := tx.CacheOf(ctx)
			if c.VersionBumped(g.ID) {
				t.Error("a group is changed by being read")
			}
			changed := *g
			changed.Version = 7
			c.HoldGroup(&changed)
			c.MemberLeft([]uuid.UUID{g.ID})
			if again, err := w.FindGroup(ctx, g.ID); err != nil || again.Version != 8 || again.MemberCount != -1 || !c.VersionBumped(g.ID) {
				t.Errorf("the group is %+v, %v", again, err)
			}
			c.DropGroup(g.ID)
			if _, err := w.FindGroup(ctx, g.ID); !errors.Is(err, dberror.ErrNoGroup) {
				t.Errorf("a deleted group: %v", err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// unexplained counts the groups that there are, as another transaction sees them.
type unexplained struct{ error }

func (unexplained) Explain(ctx context.Context, client *ent.Client) error {
	n, err := client.Group.Query().Count(ctx)
	if n != 3 || err != nil || tx.CacheOf(ctx) != nil {
		return errors.New("explained in the transaction")
	}
	return errExplained
}

var errExplained = errors.New("explained")

func TestErrorIsExplainedAfterTheTransaction(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		n, err := tx.Do(w.ctx, w.Runner, func(ctx context.Context) (int, error) {
			_, err := w.Client(ctx).Group.Delete().Exec(ctx)
			return 1, errors.Join(unexplained{errors.New("why?")}, err)
		})
		if n != 0 || !errors.Is(err, errExplained) {
			t.Errorf("%d, %v", n, err)
		}
	})
}

func TestDistinct(t *testing.T) {
	t.Parallel()
	a, b := uuid.UUID{1}, uuid.UUID{2}
	if ids := tx.Distinct([]uuid.UUID{b, a, b}); !slices.Equal(ids, []uuid.UUID{a, b}) {
		t.Errorf("%v", ids)
	}
}
