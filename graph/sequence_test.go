package graph_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

func TestSequenceGoesOn(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		for round := range 3 {
			u := w.mustCreateUser(t, fmt.Sprint("user", round))
			w.mustCreateGroup(t, fmt.Sprint("Crew ", round), u.ID)
			want := model.DirectoryCounts{Users: int64(round + 1), ActiveUsers: int64(round + 1), Groups: int64(round + 1), Memberships: int64(round + 1)}
			if counts := w.countsOf(t); counts != want {
				t.Errorf("round %d: %+v", round, counts)
			}
		}
		w.feedHasNoGap(t)
	})
}

// Replicas that sequence at the same time give each change one number.
func TestSimultaneousSequencing(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		for round := range 3 {
			errs := together(8, func(i int) error {
				if i%2 == 0 {
					_, err := w.Feed().Sequence(t.Context())
					return err
				}
				_, err := w.CreateGroup(w.scim, model.CreateGroupInput{DirectoryID: w.directory.ID, DisplayName: fmt.Sprint(round, "/", i)})
				return err
			})
			if count(errs, "") != len(errs) {
				t.Errorf("round %d: %v", round, errs)
			}
		}
		if counts := w.countsOf(t); counts.Groups != 12 {
			t.Errorf("counts: %+v", counts)
		}
		w.feedHasNoGap(t)
	})
}

// While changes are applied to their counts, directories are deleted.
func TestSequenceWhileDirectoriesAreDeleted(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		operator := viewer.WithOperator(t.Context())
		for round := range 5 {
			deleted := make([]uuid.UUID, 6)
			for i := range deleted {
				deleted[i] = w.newDirectory(t, fmt.Sprint(round, "/", i)).ID
				if _, err := w.CreateGroup(operator, model.CreateGroupInput{DirectoryID: deleted[i], DisplayName: "Crew"}); err != nil {
					t.Fatal(err)
				}
			}
			errs := together(len(deleted)+1, func(i int) error {
				if i == len(deleted) {
					_, err := w.Feed().Sequence(t.Context())
					return err
				}
				_, err := w.DeleteDirectory(operator, model.DeleteDirectoryInput{ID: deleted[i]})
				return err
			})
			if count(errs, "") != len(errs) {
				t.Errorf("round %d: %v", round, errs)
			}
		}
	})
}

// feedHasNoGap checks that every change has its sequence number, each one its own.
func (w *world) feedHasNoGap(t *testing.T) {
	t.Helper()
	ctx := viewer.WithOperator(t.Context())
	changes := w.db.Client(ctx).Change.Query().Where(change.CompanyID(w.company.ID)).Order(change.ByPosition()).AllX(ctx)
	for i, c := range changes {
		if c.Position == nil || *c.Position != int64(i+1) {
			t.Fatalf("change %d of %d is at %v", i+1, len(changes), c.Position)
		}
	}
}
