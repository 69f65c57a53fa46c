package tx_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/tx"
)

// databases return the URL of a new database of each kind.
var databases = map[string]func(t *testing.T) string{
	"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "feddir.db") },
	"postgres": func(t *testing.T) string { return pgtest.TemplateURL(t, "migrated", migrate) },
}

func migrate(url string) error {
	db, err := entdb.OpenCurrent(context.Background(), sqlconn.Config{URL: url})
	if err != nil {
		return err
	}
	return db.Close()
}

// world is a directory with some groups, in the order of their ids.
type world struct {
	*tx.Runner
	ctx                context.Context // of the operator
	company, directory uuid.UUID
	groups             []uuid.UUID
}

func onEachDatabase(t *testing.T, test func(t *testing.T, w *world)) {
	t.Parallel()
	for name, url := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, err := entdb.OpenCurrent(t.Context(), sqlconn.Config{
				URL: url(t), StatementTimeout: time.Hour, LockTimeout: time.Hour, IdleInTxTimeout: time.Hour,
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			w := &world{Runner: tx.New(db), ctx: viewer.WithOperator(t.Context())}
			if err := w.InTx(w.ctx, w.fill); err != nil {
				t.Fatal(err)
			}
			test(t, w)
		})
	}
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
