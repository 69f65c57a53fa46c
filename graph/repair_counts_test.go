package graph_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/directorycount"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/repair"
)

// A database that was filled by a version that miscounted is put right, by
// whichever replicas start, and what is right stays.
func TestWrongCountsAreCorrected(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		r := graph.New(db, graph.Config{})
		fix := repair.New(db, r.Feed())
		ada, grace := w.mustCreateUser(t, "ada").ID, w.mustCreateUser(t, "grace").ID
		crew, empty := w.mustCreateGroup(t, "Crew", ada, grace).ID, w.mustCreateGroup(t, "Empty").ID
		w.mustCreateGroup(t, "Right", ada)
		if _, err := r.Feed().Sequence(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.mustCreateGroup(t, "Pending", crew)
		if n, err := fix.Counts(t.Context()); n != 0 || err != nil {
			t.Errorf("%d right counts were corrected: %v", n, err)
		}
		_ = inTx(t, db, func(ctx context.Context) (any, error) {
			c := db.Client(ctx)
			for id, count := range map[uuid.UUID]int64{crew: 0, empty: 7} {
				if err := c.Group.Update().Where(group.DirectoryID(w.directory.ID), group.ID(id)).SetMemberCount(count).Exec(ctx); err != nil {
					return nil, err
				}
			}
			return nil, c.DirectoryCount.Update().Where(directorycount.DirectoryID(w.directory.ID)).
				AddUserCount(5).AddActiveUserCount(-1).AddGroupCount(2).AddMembershipCount(-40).Exec(ctx)
		})
		for _, err := range together(2, func(int) error { _, err := fix.Counts(t.Context()); return err }) {
			if err != nil {
				t.Error(err)
			}
		}
		for id, want := range map[uuid.UUID]int{crew: 2, empty: 0} {
			if got := w.members(t, id); len(got) != want { // and counts as many
				t.Errorf("%d members, want %d", len(got), want)
			}
		}
		if counts := w.countsOf(t); counts != (model.DirectoryCounts{Users: 2, ActiveUsers: 2, Groups: 4, Memberships: 4}) {
			t.Errorf("counts: %+v", counts)
		}
		if n, err := fix.Counts(t.Context()); n != 0 || err != nil {
			t.Errorf("%d counts were wrong once more: %v", n, err)
		}
	})
}
