package oauth_test

import (
	"context"
	"testing"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/graph/model"
)

// What opens a deleted company or directory stops working at once, however long
// it takes until the last of it is purged.
func TestCredentialsOfTheDeletedDoNotWork(t *testing.T) {
	for name, c := range map[string]struct {
		api  int // the status that the company's API key gets
		hide func(ctx context.Context, c *ent.Client, d *ent.Directory) error
	}{
		"company": {401, func(ctx context.Context, c *ent.Client, d *ent.Directory) error {
			return c.Company.Update().Where(company.ID(d.CompanyID)).SetState(company.StateDELETING).Exec(ctx)
		}},
		"directory": {200, func(ctx context.Context, c *ent.Client, d *ent.Directory) error {
			return c.Directory.Update().Where(directory.CompanyID(d.CompanyID), directory.ID(d.ID)).SetState(directory.StateDELETING).Exec(ctx)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, x *fixture) {
				client, secret := x.client(t, x.staff)
				token := x.token(t, client.ID, secret)
				scim, err := x.CreateKey(x.operator, model.CreateKeyInput{DirectoryID: &x.staff.ID, Name: "scim"})
				check(t, err)
				api, err := x.CreateKey(x.operator, model.CreateKeyInput{CompanyID: &x.staff.CompanyID, Name: "api"})
				check(t, err)
				x.write(t, func(ctx context.Context, db *ent.Client) error { return c.hide(ctx, db, x.staff) })
				if got := x.get(t, "/v2/Users", token); got != 401 {
					t.Errorf("an access token: status %d", got)
				}
				if got := x.get(t, "/v2/Users", *scim.AccessToken); got != 401 {
					t.Errorf("a directory key: status %d", got)
				}
				if got := x.get(t, "/graphql", *api.AccessToken); got != c.api {
					t.Errorf("an API key: status %d", got)
				}
				if w := x.post(t, credentials, client.ID.String(), secret); read(t, w).Error != "invalid_client" {
					t.Errorf("the client gets %d %s", w.Code, w.Body)
				}
			})
		})
	}
}
