package graph_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/schematype"
)

// cycle stores a cycle of the directory that began some minutes after recordedAt.
func (w *world) cycle(t *testing.T, minute int) {
	t.Helper()
	at := recordedAt.Add(time.Duration(minute) * time.Minute)
	inTx(t, w.db, func(ctx context.Context) (any, error) {
		return w.db.Client(ctx).ProvisioningCycle.Create().SetID(schematype.NewIDAt(schematype.TypeOther, at)).
			SetCompanyID(w.company.ID).SetDirectoryID(w.directory.ID).
			SetCycle(schematype.Cycle{StartedAt: at, EndedAt: at.Add(time.Minute), Requests: int64(minute)}).Save(ctx)
	})
}

func TestCyclesAreListedNewestFirst(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "quay")
		for _, minute := range []int{10, 20, 30, 40} {
			w.cycle(t, minute)
		}
		list := func(w *world, first int, since, until *time.Time) (minutes []int64) {
			t.Helper()
			cycles, err := w.Directory().Cycles(w.api, w.directory, &first, since, until)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range cycles {
				minutes = append(minutes, c.Requests)
			}
			return minutes
		}
		minute := func(n int) *time.Time { at := recordedAt.Add(time.Duration(n) * time.Minute); return &at }
		for name, c := range map[string]struct{ got, want []int64 }{
			"all":            {list(w, 100, nil, nil), []int64{40, 30, 20, 10}},
			"the newest":     {list(w, 2, nil, nil), []int64{40, 30}},
			"what follows":   {list(w, 2, nil, minute(30)), []int64{20, 10}},
			"a span of time": {list(w, 100, minute(20), minute(40)), []int64{30, 20}},
			"none":           {list(w, 0, nil, nil), nil},
			"of others":      {list(other, 100, nil, nil), nil},
		} {
			if !slices.Equal(c.got, c.want) {
				t.Errorf("%s: %v, want %v", name, c.got, c.want)
			}
		}
		cycles, err := w.Directory().Cycles(other.api, w.directory, nil, nil, nil)
		if err != nil || len(cycles) != 0 {
			t.Errorf("another company sees %v, %v", cycles, err)
		}
	})
}
