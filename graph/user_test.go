package graph_test

import (
	"reflect"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/uservalue"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

func TestUserKeepsEveryAttribute(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		want := person("ada")
		fillEveryAttribute(&want)
		p, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: want})
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.FindUser(w.scim, p.User.ID)
		if err != nil {
			t.Fatal(err)
		}
		if a := attribute.Users.Of(got); !reflect.DeepEqual(a, want) {
			t.Errorf("read   %+v\nwanted %+v", a, want)
		}
		if !got.CreatedAt.Equal(p.User.CreatedAt) || !reflect.DeepEqual(attribute.Users.Of(p.User), want) {
			t.Errorf("the answer %v differs from what is read later %v", p.User, got)
		}
	})
}

// fillEveryAttribute assigns what is unassigned, with text that is easily damaged.
func fillEveryAttribute(a *schematype.UserAttributes) {
	const text = " Ünïcode, 'quotes\", <tags> & \\slashes\t "
	v := reflect.ValueOf(a).Elem()
	for i := range v.NumField() {
		f := v.Field(i)
		switch value := f.Addr().Interface().(type) {
		case **string:
			if *value == nil {
				s := text + v.Type().Field(i).Name
				*value = &s
			}
		case *[]schematype.MultiValue:
			s, no := text, false
			*value = append(*value, schematype.MultiValue{Value: &s, Display: &s, Type: &s, Primary: &no, Ref: &s})
		case *[]schematype.Address:
			s, yes := text, true
			*value = []schematype.Address{{Formatted: &s, StreetAddress: &s, Locality: &s, Region: &s, PostalCode: &s, Country: &s, Type: &s, Primary: &yes}}
		case *schematype.Extensions:
			*value = schematype.Extensions{"urn:example:params:Ship": []byte(`{"draught":1.50,"big":12345678901234567890,"z":true,"a":null}`)}
		}
	}
}

func TestUpdateUser(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		u := w.mustCreateUser(t, "ada")
		a := attribute.Users.Of(u)
		title := "Pilot"
		a.Title, a.Emails = &title, nil

		ctx, statements := sqlconn.CountStatements(w.scim)
		become := func(to *schematype.UserAttributes) error { *to = a; return nil }
		updated, err := w.ModifyUser(ctx, u.ID, nil, become)
		if err != nil {
			t.Fatal(err)
		}
		if updated.Version != 2 || *updated.Title != title {
			t.Errorf("after the update: %v", updated)
		}
		if n := statements.N(); n != 4 { // read, update, the index of e-mails, change
			t.Errorf("%d statements", n)
		}
		got, err := w.FindUser(w.api, u.ID)
		if err != nil || !reflect.DeepEqual(attribute.Users.Of(got), a) || got.Version != 2 || !got.UpdatedAt.Equal(updated.UpdatedAt) {
			t.Errorf("read back: %v, %v", got, err)
		}
		if n := db.Client(w.api).UserValue.Query().Where(uservalue.UserID(u.ID), uservalue.AttributeEQ(uservalue.AttributeEMAILS)).CountX(w.api); n != 0 {
			t.Errorf("%d indexed addresses are left", n)
		}

		again, err := w.ModifyUser(w.scim, u.ID, nil, become)
		if err != nil || again.Version != 2 {
			t.Errorf("the same update again: %v, %v", again, err)
		}
		changes := db.Client(w.api).Change.Query().Where(change.ResourceID(u.ID)).Order(change.ByID()).AllX(w.api)
		if len(changes) != 2 || string(changes[1].Before["title"]) != `"Harbour master"` || string(changes[1].After["title"]) != `"Pilot"` || len(changes[1].After) != 1 {
			t.Errorf("changes: %v", changes)
		}
	})
}

func TestUpdateUserRefuses(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		u, other := w.mustCreateUser(t, "ada"), w.mustCreateUser(t, "grace")
		stranger := newWorld(t, db, "elsewhere").mustCreateUser(t, "ada")
		stale, refused := 7, &apierror.Error{Code: apierror.Limit}
		same := func(*schematype.UserAttributes) error { return nil }
		named := func(name string) func(*schematype.UserAttributes) error {
			return func(a *schematype.UserAttributes) error { a.UserName = name; return nil }
		}
		for name, c := range map[string]struct {
			id      uuid.UUID
			version *int
			edit    func(*schematype.UserAttributes) error
			code    apierror.Code
		}{
			"taken":     {u.ID, nil, named("GRACE"), apierror.Conflict},
			"empty":     {u.ID, nil, named(""), apierror.Invalid},
			"too long":  {u.ID, nil, named(string(make([]rune, 513))), apierror.Invalid},
			"NUL":       {u.ID, nil, named("a\x00"), apierror.Invalid},
			"failing":   {u.ID, nil, func(a *schematype.UserAttributes) error { a.UserName = "eve"; return refused }, apierror.Limit},
			"stale":     {u.ID, &stale, same, apierror.StaleVersion},
			"foreign":   {stranger.ID, nil, same, apierror.NotFound},
			"absent":    {schematype.NewID(schematype.TypeUser), nil, same, apierror.NotFound},
			"malformed": {uuid.Nil, nil, same, apierror.NotFound},
		} {
			if _, err := w.ModifyUser(w.scim, c.id, c.version, c.edit); dberror.CodeOf(err) != c.code {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, id := range []uuid.UUID{u.ID, other.ID} {
			if got, err := w.FindUser(w.api, id); err != nil || got.Version != 1 {
				t.Errorf("changed all the same: %v, %v", got, err)
			}
		}
	})
}

func TestCreateUser(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		ctx, statements := sqlconn.CountStatements(w.scim)
		if _, err := w.CreateUser(ctx, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: person("ada")}); err != nil {
			t.Fatal(err)
		}
		if n := statements.N(); n != 3 {
			t.Errorf("%d statements", n)
		}
		other := newWorld(t, db, "elsewhere")
		for name, c := range map[string]struct {
			input model.CreateUserInput
			code  apierror.Code
		}{
			"taken":             {model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: person("ADA")}, apierror.Conflict},
			"foreign directory": {model.CreateUserInput{DirectoryID: other.directory.ID, UserAttributes: person("grace")}, apierror.NotFound},
			"no directory":      {model.CreateUserInput{UserAttributes: person("grace")}, apierror.NotFound},
			"no name":           {model.CreateUserInput{DirectoryID: w.directory.ID}, apierror.Invalid},
		} {
			if _, err := w.CreateUser(w.scim, c.input); dberror.CodeOf(err) != c.code {
				t.Errorf("%s over SCIM: %v", name, err)
			}
			if _, err := w.CreateUser(w.api, c.input); dberror.CodeOf(err) != c.code {
				t.Errorf("%s over GraphQL: %v", name, err)
			}
		}
		if counts := w.countsOf(t); counts != (model.DirectoryCounts{Users: 1, ActiveUsers: 1}) {
			t.Errorf("counts: %+v", counts)
		}
	})
}

func TestDeleteUserLeavesGroups(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		u := w.mustCreateUser(t, "ada")
		g := w.mustCreateGroup(t, "Crew", u.ID)
		if _, err := w.DeleteUser(w.scim, model.DeleteUserInput{ID: u.ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.FindUser(w.scim, u.ID); dberror.CodeOf(err) != apierror.NotFound {
			t.Errorf("after the delete: %v", err)
		}
		if g, err := w.FindGroup(w.scim, g.ID); err != nil || g.MemberCount != 0 || g.Version != 2 {
			t.Errorf("the group: %v, %v", g, err)
		}
		if _, err := w.DeleteUser(w.scim, model.DeleteUserInput{ID: u.ID}); dberror.CodeOf(err) != apierror.NotFound {
			t.Errorf("deleted twice: %v", err)
		}
		if again := w.mustCreateUser(t, "ada"); again.ID == u.ID {
			t.Error("the id was used again")
		}
		if counts := w.countsOf(t); counts != (model.DirectoryCounts{Users: 1, ActiveUsers: 1, Groups: 1}) {
			t.Errorf("counts: %+v", counts)
		}
	})
}

// countsOf returns the directory's counts, which must be the same before and
// changes are applied to them.
func (w *world) countsOf(t *testing.T) model.DirectoryCounts {
	t.Helper()
	read := func() model.DirectoryCounts {
		c, err := w.Directory().Counts(w.api, w.directory)
		if err != nil {
			t.Fatal(err)
		}
		return *c
	}
	before := read()
	if _, err := w.Feed().Sequence(viewer.WithSystem(t.Context(), viewer.Sequence)); err != nil {
		t.Fatal(err)
	}
	if after := read(); after != before {
		t.Errorf("sequencing changed the counts from %+v to %+v", before, after)
	}
	return before
}
