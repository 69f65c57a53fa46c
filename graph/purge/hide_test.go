package purge_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/purge"
)

// credentialsOf stores many keys, clients and access tokens of a directory.
func credentialsOf(t *testing.T, db *entdb.DB, o owned) {
	t.Helper()
	for batch := range slices.Chunk(make([]struct{}, many), 500) {
		write(t, db, func(ctx context.Context, c *ent.Client) error {
			keys, clients, tokens := make([]*ent.KeyCreate, len(batch)), make([]*ent.OAuthClientCreate, len(batch)), make([]*ent.AccessTokenCreate, len(batch))
			for i := range batch {
				id := uuid.New()
				digest := append(id[:], id[:]...)
				keys[i] = c.Key.Create().SetCompanyID(o.company).SetDirectoryID(o.directory).SetKind(key.KindDIRECTORY).
					SetName("key").SetDigest(digest).SetPrefix("fdk_")
				clients[i] = c.OAuthClient.Create().SetCompanyID(o.company).SetDirectoryID(o.directory).SetName("client")
				tokens[i] = c.AccessToken.Create().SetCompanyID(o.company).SetDirectoryID(o.directory).SetClientID(o.client).
					SetDigest(digest).SetExpiresAt(schematype.Now().Add(time.Hour))
			}
			if err := c.Key.CreateBulk(keys...).Exec(ctx); err != nil {
				return err
			}
			if err := c.OAuthClient.CreateBulk(clients...).Exec(ctx); err != nil {
				return err
			}
			return c.AccessToken.CreateBulk(tokens...).Exec(ctx)
		})
	}
}

// However much opens a company or directory, its deletion does not delete all of
// that at once, and the purge not with one statement.
func TestCredentialsGoInBatches(t *testing.T) {
	for name, hide := range map[string]func(ctx context.Context, p *purge.Purger, d *ent.Directory) error{
		"company": func(ctx context.Context, p *purge.Purger, d *ent.Directory) error {
			return p.HideCompany(ctx, d.CompanyID)
		},
		"directory": func(ctx context.Context, p *purge.Purger, d *ent.Directory) error { return p.HideDirectory(ctx, d) },
	} {
		t.Run(name, func(t *testing.T) {
			onEachDatabase(t, func(t *testing.T, db *entdb.DB, d *deletions) {
				o, p := newOwned(t, db), purge.New(db)
				credentialsOf(t, db, o)
				write(t, db, func(ctx context.Context, _ *ent.Client) error {
					return hide(ctx, p, &ent.Directory{ID: o.directory, CompanyID: o.company})
				})
				ctx := viewer.WithSystem(t.Context(), viewer.Purge)
				c := db.Client(ctx)
				left := func() (n int) {
					return c.Key.Query().CountX(ctx) + c.OAuthClient.Query().CountX(ctx) + c.AccessToken.Query().CountX(ctx)
				}
				if n := left(); n < 2*many {
					t.Errorf("%d are left for later", n)
				}
				if _, err := p.Deleted(ctx); err != nil || left() != 0 {
					t.Errorf("%d are left: %v", left(), err)
				}
				for _, table := range []string{"keys", "oauth_clients", "access_tokens"} {
					if n := d.of[table]; n < 3 {
						t.Errorf("%s: all in %d statements", table, n)
					}
				}
			})
		})
	}
}
