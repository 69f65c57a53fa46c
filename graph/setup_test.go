package graph_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
)

// onEachDatabase runs a test on SQLite and on PostgreSQL.
func onEachDatabase(t *testing.T, test func(t *testing.T, db *entdb.DB)) {
	dbtest.Each(t, func(t *testing.T, url string) { test(t, dbtest.Open(t, url)) })
}

// world is a company with a directory, and contexts of who may use it.
type world struct {
	*graph.Operations
	db        *entdb.DB
	company   *ent.Company
	directory *ent.Directory
	api       context.Context // of an API key with all scopes
	scim      context.Context // of the directory's key
}

func newWorld(t testing.TB, db *entdb.DB, shortName string) *world {
	t.Helper()
	w := &world{Operations: graph.New(db, graph.Config{BaseURL: "http://directory.test"}).Operations(), db: db}
	w.company = inTx(t, db, func(ctx context.Context) (*ent.Company, error) {
		return db.Client(ctx).Company.Create().SetShortName(shortName).SetShortNameKey(schematype.Fold(shortName)).SetName(shortName).Save(ctx)
	})
	w.api = viewer.NewContext(t.Context(), viewer.Viewer{
		Kind: viewer.APIKey, CompanyID: w.company.ID, KeyID: schematype.NewID(schematype.TypeKey),
		Scopes: viewer.Scopes, Source: viewer.SourceAPI,
	})
	w.directory = w.newDirectory(t, "People")
	w.scim = w.keyOf(t, w.directory.ID)
	return w
}

func (w *world) newDirectory(t testing.TB, name string) *ent.Directory {
	t.Helper()
	return inTx(t, w.db, func(ctx context.Context) (*ent.Directory, error) {
		return w.db.Client(ctx).Directory.Create().SetCompanyID(w.company.ID).SetName(name).Save(ctx)
	})
}

// inTx runs f as the operator, below the operations.
func inTx[T any](t testing.TB, db *entdb.DB, f func(context.Context) (T, error)) (result T) {
	t.Helper()
	err := db.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) (err error) {
		result, err = f(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// keyOf returns the context of a key of a directory of the company.
func (w *world) keyOf(t testing.TB, directoryID uuid.UUID) context.Context {
	return viewer.NewContext(t.Context(), viewer.Viewer{
		Kind: viewer.DirectoryKey, CompanyID: w.company.ID, DirectoryID: directoryID,
		KeyID: schematype.NewID(schematype.TypeKey), Source: viewer.SourceSCIM,
	})
}

func (w *world) mustCreateUser(t testing.TB, userName string) *ent.User {
	t.Helper()
	p, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: person(userName)})
	if err != nil {
		t.Fatal(err)
	}
	return p.User
}

func (w *world) mustCreateGroup(t testing.TB, name string, members ...uuid.UUID) *ent.Group {
	t.Helper()
	p, err := w.CreateGroup(w.scim, model.CreateGroupInput{DirectoryID: w.directory.ID, DisplayName: name, MemberIds: members})
	if err != nil {
		t.Fatal(err)
	}
	return p.Group
}

// person is the attributes of a user with some of every kind.
func person(userName string) schematype.UserAttributes {
	text := func(s string) *string { return &s }
	yes := true
	return schematype.UserAttributes{
		UserName: userName, Active: true, DisplayName: text("Ada " + userName), ExternalID: text("x-" + userName),
		Name:   &schematype.Name{GivenName: text("Ada"), FamilyName: text("Lovelace")},
		Emails: []schematype.MultiValue{{Value: text(userName + "@harbor.example"), Type: text("work"), Primary: &yes}},
		Title:  text("Harbour master"), Department: text("Docks"),
	}
}
