package rule_test

import (
	"context"
	"errors"
	"testing"

	"github.com/feddir/feddir/ent/entdb/tenantguard"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/viewer"
)

// An insert that turns into an update passes the rules of a create alone, so
// whose row it meets is for the tenant guard and the keys to hold.
func TestUpsertMeetsNoRowOfOthers(t *testing.T) {
	t.Parallel()
	for name, url := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, url(t))
			operator := viewer.WithOperator(t.Context())
			theirKey := w.db.Client(operator).Key.Query().Where(key.CompanyID(w.theirs.company)).OnlyX(operator)
			theirUser := w.db.Client(operator).User.GetX(operator, w.theirs.user)
			mixed := w.theirs
			mixed.company = w.ours.company
			upserts := map[string]func(context.Context, *ent.Client) error{
				"a key by its digest": func(ctx context.Context, c *ent.Client) error {
					return newKey(c, w.ours).SetKind(key.KindDIRECTORY).SetDigest(theirKey.Digest).
						OnConflictColumns(key.FieldDigest).UpdateNewValues().Exec(ctx)
				},
				"a user by name in their directory": func(ctx context.Context, c *ent.Client) error {
					return newUser(c, mixed, w.ours.user).SetUserNameKey(theirUser.UserNameKey).
						OnConflictColumns(user.FieldDirectoryID, user.FieldUserNameKey).UpdateNewValues().Exec(ctx)
				},
				"a user by id in their directory": func(ctx context.Context, c *ent.Client) error {
					return newUser(c, mixed, w.theirs.user).
						OnConflictColumns(user.FieldDirectoryID, user.FieldID).UpdateNewValues().Exec(ctx)
				},
			}
			for _, c := range w.callers() {
				if c.name != "API key with all scopes" && c.name != "directory key" {
					continue
				}
				for what, upsert := range upserts {
					err := w.db.InTx(c.context(t.Context()), func(ctx context.Context) error { return upsert(ctx, w.db.Client(ctx)) })
					if violation := (&tenantguard.Violation{}); !errors.As(err, &violation) && !errors.Is(err, privacy.Deny) {
						t.Errorf("%s: %s: %v, want it stopped by a rule or the tenant guard", c.name, what, err)
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
}
