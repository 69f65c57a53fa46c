package rule_test

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb/dbtest"
	"github.com/feddir/feddir/ent/entdb/tenantguard"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// An insert that turns into an update is a text that no rule sees, so whose row
// it meets is for the tenant guard to hold.
func TestUpsertMeetsNoRowOfOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		operator := viewer.WithOperator(t.Context())
		theirKey := w.db.Client(operator).Key.Query().Where(key.CompanyID(w.theirs.company)).OnlyX(operator)
		theirUser := w.db.Client(operator).User.GetX(operator, w.theirs.user)
		mixed := w.theirs
		mixed.company = w.ours.company
		const (
			upsertKey = `INSERT INTO keys (company_id, directory_id, id, digest, kind, name, prefix, created_at, updated_at)
VALUES ($1, $2, $3, $4, 'DIRECTORY', 'x', 'x', $5, $5)
ON CONFLICT (digest) DO UPDATE SET company_id = excluded.company_id, directory_id = excluded.directory_id`
			upsertUser = `INSERT INTO users (company_id, directory_id, id, user_name_key, user_name, sort_name, source, created_at, updated_at)
VALUES ($1, $2, $3, $4, 'x', 'x', 'API', $5, $5)
ON CONFLICT (directory_id, %s) DO UPDATE SET company_id = excluded.company_id, user_name = excluded.user_name`
		)
		now := schematype.Now()
		upserts := map[string]func(context.Context, *ent.Client) (stdsql.Result, error){
			"a key by its digest": func(ctx context.Context, c *ent.Client) (stdsql.Result, error) {
				return c.ExecContext(ctx, upsertKey, w.ours.company, w.ours.directory, uuid.New(), theirKey.Digest, now)
			},
			"a user by name in their directory": func(ctx context.Context, c *ent.Client) (stdsql.Result, error) {
				return c.ExecContext(ctx, fmt.Sprintf(upsertUser, "user_name_key"), mixed.company, mixed.directory, w.ours.user, theirUser.UserNameKey, now)
			},
			"a user by id in their directory": func(ctx context.Context, c *ent.Client) (stdsql.Result, error) {
				return c.ExecContext(ctx, fmt.Sprintf(upsertUser, "id"), mixed.company, mixed.directory, w.theirs.user, "x", now)
			},
		}
		for _, c := range w.callers() {
			if c.name != "API key with all scopes" && c.name != "directory key" {
				continue
			}
			for what, upsert := range upserts {
				err := w.db.InTx(c.context(t.Context()), func(ctx context.Context) error {
					_, err := upsert(ctx, w.db.Client(ctx))
					return err
				})
				if violation := (&tenantguard.Violation{}); !errors.As(err, &violation) {
					t.Errorf("%s: %s: %v, want it stopped by the tenant guard", c.name, what, err)
				}
			}
		}
		if got := w.db.Client(operator).Key.GetX(operator, theirKey.ID); got.CompanyID != w.theirs.company {
			t.Error("their key is another company's now")
		}
		if got := w.db.Client(operator).User.GetX(operator, w.theirs.user); got.UserName != theirUser.UserName || got.CompanyID != w.theirs.company {
			t.Error("their user was changed")
		}
	})
}
