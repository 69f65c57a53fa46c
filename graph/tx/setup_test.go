package tx_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb/dbtest"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/tx"
)

// world is a directory with some groups, in the order of their ids.
type world struct {
	*tx.Runner
	ctx                context.Context // of the operator
	company, directory uuid.UUID
	groups             []uuid.UUID
}

func onEachDatabase(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, url string) {
		w := &world{Runner: tx.New(dbtest.Open(t, url)), ctx: viewer.WithOperator(t.Context())}
		if err := w.InTx(w.ctx, w.fill); err != nil {
			t.Fatal(err)
		}
		test(t, w)
	})
}

func (w *world) fill(ctx context.Context) error {
	c := w.Client(ctx)
	company, err := c.Company.Create().SetShortName("harbor").SetShortNameKey("harbor").SetName("Harbor").Save(ctx)
	if err != nil {
		return err
	}
	d, err := c.Directory.Create().SetCompanyID(company.ID).SetName("Staff").Save(ctx)
	if err != nil {
		return err
	}
	w.company, w.directory, w.groups = company.ID, d.ID, nil
	for range 3 {
		id := schematype.NewID(schematype.TypeGroup)
		w.groups = append(w.groups, id)
		err := c.Group.Create().SetID(id).SetCompanyID(company.ID).SetDirectoryID(d.ID).SetSource(viewer.SourceCLI).
			SetDisplayName(id.String()).SetDisplayNameKey(id.String()).Exec(ctx)
		if err != nil {
			return err
		}
	}
	w.groups = tx.Distinct(w.groups)
	return nil
}
