package rule_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// place is a directory of a company with one of everything in it.
type place struct {
	company, directory    uuid.UUID
	user, stranger, group uuid.UUID // the user is the group's member, the stranger is not
	client, account       uuid.UUID
	empty                 uuid.UUID // another directory of the company, with nothing in it
}

// world is two companies. Ours has two directories with something in them,
// theirs has one; each company has an empty one besides.
type world struct {
	db                    *entdb.DB
	ours, sibling, theirs place
}

// How many directories with something in them a company has.
const (
	ourPlaces   = 2
	theirPlaces = 1
)

func newWorld(t *testing.T, url string) *world {
	t.Helper()
	db := dbtest.Open(t, url)
	w := &world{db: db}
	err := db.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error {
		c := db.Client(ctx)
		for _, owner := range [][]*place{{&w.ours, &w.sibling}, {&w.theirs}} {
			company, empty := schematype.NewID(schematype.TypeCompany), schematype.NewID(schematype.TypeDirectory)
			name := company.String()
			c.Company.Create().SetID(company).SetName(name).SetShortName(name).SetShortNameKey(name).SaveX(ctx)
			c.Directory.Create().SetID(empty).SetCompanyID(company).SetName("Empty").SaveX(ctx)
			for _, p := range owner {
				*p = place{company: company, empty: empty}
				p.fill(ctx, c)
			}
			if err := onceFor(ctx, c, *owner[0]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// fill puts one of everything into a new directory.
func (p *place) fill(ctx context.Context, c *ent.Client) {
	p.directory = c.Directory.Create().SetCompanyID(p.company).SetName("People").SaveX(ctx).ID
	p.user, p.stranger = schematype.NewID(schematype.TypeUser), schematype.NewID(schematype.TypeUser)
	p.group = schematype.NewID(schematype.TypeGroup)
	newUser(c, *p, p.user).ExecX(ctx)
	newUser(c, *p, p.stranger).ExecX(ctx)
	newGroup(c, *p, p.group).ExecX(ctx)
	c.Membership.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).SetSource(viewer.SourceAPI).
		SetGroupID(p.group).SetMemberID(p.user).SetUserID(p.user).ExecX(ctx)
	c.DirectoryHealth.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).ExecX(ctx)
	c.DirectoryCount.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).ExecX(ctx)
	p.client = c.OAuthClient.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).SetName("x").SaveX(ctx).ID
	c.Change.Create().SetCompanyID(p.company).SetDirectoryID(p.directory).
		SetKind(change.KindCREATED).SetResourceType(change.ResourceTypeKEY).SetResourceID(p.client).SetResourceVersion(1).
		SetViewerKind(viewer.Operator).SetSource(viewer.SourceCLI).ExecX(ctx)
	p.account = newAccount(c, *p, viewer.Reader).SaveX(ctx).ID
	for _, table := range []string{
		"user_values", "changes", "keys", "access_tokens", "request_records", "provisioning_cycles",
		"identities", "passkeys", "sessions", "sign_in_links", "invitations", "identity_providers",
	} {
		if err := byTable(table).create(ctx, c, *p); err != nil {
			panic(err)
		}
	}
}

// onceFor makes what a company has one of.
func onceFor(ctx context.Context, c *ent.Client, p place) error {
	for _, table := range []string{"feeds", "idempotency_records"} {
		if err := byTable(table).create(ctx, c, p); err != nil {
			return err
		}
	}
	return nil
}

func byTable(table string) entity {
	for _, e := range entities {
		if e.table == table {
			return e
		}
	}
	panic("no entity of table " + table)
}

// rows are how many rows of a table there are in one directory with something
// in it, in a company beside those, or beside any directory.
func rows(table string) (inDirectory, inCompany int) {
	switch table {
	case "companies", "feeds", "idempotency_records":
		return 0, 1
	case "directories":
		return 1, 1 // the empty one
	case "users", "changes":
		return 2, 0
	}
	return 1, 0
}

// caller is a viewer by name.
type caller struct {
	name string
	viewer.Viewer
	anonymous bool
	places    int   // with something in them, in the caller's company
	own       place // where the caller is at home
}

func (w *world) callers() []caller {
	ofOurs := func(name string, scopes ...viewer.Scope) caller {
		return caller{name: name, places: ourPlaces, own: w.ours, Viewer: viewer.Viewer{
			Kind: viewer.APIKey, CompanyID: w.ours.company, Scopes: scopes, Source: viewer.SourceAPI}}
	}
	all := []caller{
		{name: "nobody", anonymous: true, own: w.ours},
		{name: "operator", Viewer: viewer.Viewer{Kind: viewer.Operator}, own: w.ours},
		{name: "server", Viewer: viewer.Viewer{Kind: viewer.System}, own: w.ours},
		ofOurs("API key with all scopes", viewer.Scopes...),
		ofOurs("API key without scopes"),
		{name: "API key of another company", places: theirPlaces, own: w.theirs, Viewer: viewer.Viewer{
			Kind: viewer.APIKey, CompanyID: w.theirs.company, Scopes: viewer.Scopes, Source: viewer.SourceAPI}},
		{name: "API key of no company", own: w.ours, Viewer: viewer.Viewer{Kind: viewer.APIKey, Scopes: viewer.Scopes}},
	}
	for _, role := range viewer.Roles {
		all = append(all, w.account("account of the role "+string(role), w.ours, ourPlaces, role))
		all = append(all, w.account("account of another company of the role "+string(role), w.theirs, theirPlaces, role))
	}
	for _, missing := range viewer.Scopes {
		var scopes []viewer.Scope
		for _, s := range viewer.Scopes {
			if s != missing {
				scopes = append(scopes, s)
			}
		}
		all = append(all, ofOurs("API key without "+string(missing), scopes...))
	}
	partial := w.account("account that administers one directory", w.ours, ourPlaces, viewer.Admin)
	partial.Scopes, partial.Directories = viewer.Admin.Scopes(true), []uuid.UUID{w.ours.directory}
	all = append(all, partial)
	for _, k := range []struct {
		name   string
		place  place
		places int
	}{
		{"directory key of another company", w.theirs, theirPlaces},
		{"key of a sibling directory", w.sibling, ourPlaces},
		{"directory key", w.ours, ourPlaces},
	} {
		all = append(all, caller{name: k.name, own: k.place, places: k.places, Viewer: viewer.Viewer{
			Kind: viewer.DirectoryKey, CompanyID: k.place.company, DirectoryID: k.place.directory, Source: viewer.SourceSCIM}})
	}
	paused := all[len(all)-1]
	paused.name, paused.ReadOnly = paused.name+", paused", true
	return append(all, paused)
}

func (w *world) account(name string, p place, places int, r viewer.Role) caller {
	return caller{name: name, places: places, own: p, Viewer: viewer.Viewer{
		Kind: viewer.Account, CompanyID: p.company, AccountID: p.account, Scopes: r.Scopes(false), Source: viewer.SourceAPI}}
}

func (c caller) context(ctx context.Context) context.Context {
	if c.anonymous {
		return ctx
	}
	return viewer.NewContext(ctx, c.Viewer)
}
