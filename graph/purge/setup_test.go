package purge_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
)

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
