package purge_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
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

// write changes the database in a transaction, as the operator.
func write(t *testing.T, db *entdb.DB, f func(ctx context.Context, c *ent.Client) error) {
	t.Helper()
	err := db.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error { return f(ctx, db.Client(ctx)) })
	if err != nil {
		t.Fatal(err)
	}
}

// owned is a directory with a client.
type owned struct{ company, directory, client uuid.UUID }

func newOwned(t *testing.T, db *entdb.DB) (o owned) {
	t.Helper()
	write(t, db, func(ctx context.Context, c *ent.Client) error {
		company, err := c.Company.Create().SetShortName("harbor").SetShortNameKey("harbor").SetName("Harbor").Save(ctx)
		if err != nil {
			return err
		}
		d, err := c.Directory.Create().SetCompanyID(company.ID).SetName("Staff").Save(ctx)
		if err != nil {
			return err
		}
		client, err := c.OAuthClient.Create().SetCompanyID(company.ID).SetDirectoryID(d.ID).SetName("client").Save(ctx)
		if err != nil {
			return err
		}
		o = owned{company.ID, d.ID, client.ID}
		return nil
	})
	return o
}
