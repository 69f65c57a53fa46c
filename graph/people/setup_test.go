package people_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/extension"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/people"
	"github.com/feddir/feddir/graph/search"
	"github.com/feddir/feddir/graph/tables"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/token"
)

// world is a company with two directories. In the first are ada, ben, eve, who is
// disabled, and zoe; the groups Crew and Crane; and zoe is the manager of the
// others. In the second, which hides who is disabled, are ida and, disabled, max.
type world struct {
	*people.Reader
	api, scim       context.Context // of an API key, and of the key of the first directory
	company         uuid.UUID
	staff, visitors uuid.UUID
	zoe             *ent.User
}

func onEachDatabase(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := dbtest.Open(t, url)
		w := &world{Reader: &people.Reader{
			Tx: tx.New(db), Tables: tables.New(db), Index: search.NewIndex(db, attribute.Users.Of), Feed: feed.New(db, feed.Config{}), Extensions: extension.NewStore(db),
			IndexPages: list.NewIndexPages(time.Now), Sealer: token.New(nil), URL: "https://directory.test/v2", PageBytes: list.PageBytes,
		}}
		if err := db.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error { return w.fill(ctx, db) }); err != nil {
			t.Fatal(err)
		}
		w.api = viewer.NewContext(t.Context(), viewer.Viewer{
			Kind: viewer.APIKey, CompanyID: w.company, KeyID: schematype.NewID(schematype.TypeKey), Scopes: viewer.Scopes, Source: viewer.SourceAPI,
		})
		w.scim = viewer.NewContext(t.Context(), viewer.Viewer{
			Kind: viewer.DirectoryKey, CompanyID: w.company, DirectoryID: w.staff, KeyID: schematype.NewID(schematype.TypeKey), Source: viewer.SourceSCIM,
		})
		test(t, w)
	})
}

func (w *world) fill(ctx context.Context, db *entdb.DB) error {
	c := db.Client(ctx)
	company, err := c.Company.Create().SetShortName("harbor").SetShortNameKey("harbor").SetName("Harbor").Save(ctx)
	if err != nil {
		return err
	}
	staff, err := c.Directory.Create().SetCompanyID(company.ID).SetName("Staff").Save(ctx)
	if err != nil {
		return err
	}
	visitors, err := c.Directory.Create().SetCompanyID(company.ID).SetName("Visitors").SetDisabledUsers(directory.DisabledUsersHIDDEN).Save(ctx)
	if err != nil {
		return err
	}
	w.company, w.staff, w.visitors = company.ID, staff.ID, visitors.ID
	if w.zoe, err = person(c, staff, "zoe").Save(ctx); err != nil {
		return err
	}
	for _, u := range []*ent.UserCreate{
		person(c, staff, "ada").SetManager(w.zoe.ID.String()), person(c, staff, "ben").SetManager(w.zoe.ID.String()),
		person(c, staff, "eve").SetManager(w.zoe.ID.String()).SetActive(false), person(c, visitors, "ida"), person(c, visitors, "max").SetActive(false),
	} {
		if err := u.Exec(ctx); err != nil {
			return err
		}
	}
	for _, name := range []string{"Crew", "Crane"} {
		if err := c.Group.Create().SetCompanyID(company.ID).SetDirectoryID(staff.ID).SetSource(viewer.SourceSCIM).
			SetDisplayName(name).SetDisplayNameKey(strings.ToLower(name)).Exec(ctx); err != nil {
			return err
		}
	}
	for _, count := range []*ent.DirectoryCountCreate{
		c.DirectoryCount.Create().SetDirectoryID(staff.ID).SetUserCount(4).SetActiveUserCount(3).SetGroupCount(2).SetMembershipCount(0),
		c.DirectoryCount.Create().SetDirectoryID(visitors.ID).SetUserCount(2).SetActiveUserCount(1).SetGroupCount(0).SetMembershipCount(0),
	} {
		if err := count.SetCompanyID(company.ID).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

func person(c *ent.Client, d *ent.Directory, name string) *ent.UserCreate {
	return c.User.Create().SetCompanyID(d.CompanyID).SetDirectoryID(d.ID).SetSource(viewer.SourceSCIM).SetUserName(name).SetUserNameKey(name).SetSortName(name).SetActive(true)
}

// refused reports whether an error refuses a field of the input.
func refused(err error, code apierror.Code, field string) bool {
	e, ok := errors.AsType[*apierror.Error](err)
	return ok && e.Code == code && e.Field == field
}
