package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

const shipURN = "urn:example:params:Ship"

// ship is an extension with an attribute of every type.
func ship() model.SchemaExtensionInput {
	return model.SchemaExtensionInput{Urn: shipURN, Name: "Ship", ResourceType: model.SchemaResourceTypeUser, Attributes: []model.SchemaAttributeInput{
		{Name: "name", Type: model.SchemaAttributeTypeString}, {Name: "code", Type: model.SchemaAttributeTypeString, CaseExact: true},
		{Name: "ports", Type: model.SchemaAttributeTypeString, MultiValued: true}, {Name: "crew", Type: model.SchemaAttributeTypeInteger},
		{Name: "length", Type: model.SchemaAttributeTypeDecimal}, {Name: "afloat", Type: model.SchemaAttributeTypeBoolean},
		{Name: "built", Type: model.SchemaAttributeTypeDateTime}, {Name: "plan", Type: model.SchemaAttributeTypeReference},
		{Name: "flag", Type: model.SchemaAttributeTypeBinary},
	}}
}

func (w *world) describe(t *testing.T, extensions ...model.SchemaExtensionInput) *ent.Directory {
	t.Helper()
	p, err := w.SetSchemaExtensions(w.api, model.SetSchemaExtensionsInput{DirectoryID: w.directory.ID, Extensions: extensions})
	if err != nil {
		t.Fatal(err)
	}
	return p.Directory
}

// refusedFilter is why a list with a filter is refused.
func (w *world) refusedFilter(t *testing.T, text string) error {
	t.Helper()
	e, err := filter.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.ListUsers(w.scim, graph.List{DirectoryID: w.directory.ID, Filter: e, Count: 1})
	return err
}

func (w *world) aboard(userName, extension string) (*ent.User, error) {
	p, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: schematype.UserAttributes{
		UserName: userName, Active: true, Extensions: schematype.Extensions{strings.ToUpper(shipURN[:7]) + shipURN[7:]: json.RawMessage(extension)},
	}})
	if err != nil {
		return nil, err
	}
	return p.User, nil
}

func TestValuesOfDescribedExtensions(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		in := ship()
		in.Attributes[0].Required = true
		w.describe(t, in)
		for i, c := range []struct{ given, want string }{
			{`{"name":"Nina","crew":26,"length":15.24,"afloat":true,"ports":["Palos","Cadiz"],"built":"1491-06-01T00:00:00Z","plan":"urn:x","flag":"TUlJ"}`, ""},
			{`{"NAME":"Nina","crew":"26","afloat":"False","ports":"Palos"}`, `{"NAME":"Nina","afloat":false,"crew":26,"ports":["Palos"]}`},
			{`{"name":"Nina","nobody":{"knows":[1,2]},"length":1e3}`, ""},
			{`{"name":["Nina"]}`, `{"name":"Nina"}`},
		} {
			u, err := w.aboard(fmt.Sprint("good", i), c.given)
			if c.want == "" {
				c.want = c.given
			}
			if err != nil || string(u.Extensions["URN:EXA"+shipURN[7:]]) != c.want {
				t.Errorf("%s: %v, %v", c.given, u, err)
			}
		}
		for i, given := range []string{
			`{"name":true}`, `{"name":"x","crew":2.5}`, `{"name":"x","crew":"many"}`, `{"name":"x","crew":9223372036854775808}`, `{"name":"x","afloat":"perhaps"}`, `{"name":"x","length":true}`,
			`{"name":"x","length":1e999}`, `{"name":"x","built":"yesterday"}`, `{"name":"x","flag":"not base64!"}`, `{"name":"x","ports":["a",false]}`, `{"name":"x","ports":{"a":1}}`,
			`{"name":["a","b"]}`, `{"crew":1}`, `"text"`, `[1]`,
		} {
			if u, err := w.aboard(fmt.Sprint("bad", i), given); dberror.CodeOf(err) != apierror.Invalid {
				t.Errorf("%s: %v, %v", given, u, err)
			}
		}
	})
}

// A schema that comes later asks nothing of what is there.
func TestSchemaYoungerThanValues(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		u, err := w.aboard("ada", `{"crew":"many","afloat":"no","name":3,"built":"2026-02-30T00:00:00Z","length":"long"}`)
		if err != nil {
			t.Fatal(err)
		}
		w.describe(t, ship())
		for _, f := range []string{`crew gt 1`, `crew pr`, `afloat eq true`, `name co "3"`, `length lt 5`, `length pr`} {
			if found := w.list(t, shipURN+":"+f); len(found) != 0 {
				t.Errorf("%s: %v", f, found)
			}
		}
		w.list(t, shipURN+`:built gt "2026-01-01T00:00:00Z"`) // is understood, whoever it finds
		urn := "URN:EXA" + shipURN[7:]
		change := func(text string) error {
			_, err := w.UpdateUser(w.scim, model.UpdateUserInput{ID: u.ID, Patch: &model.UserPatch{
				Title: graphql.OmittableOf(&text), Extensions: graphql.OmittableOf(schematype.Extensions{urn: json.RawMessage(text)}),
			}})
			return err
		}
		if err := change(`{"crew":"many","afloat":"no","name":3,"built":"2026-02-30T00:00:00Z","length":2}`); err != nil {
			t.Error(err)
		}
		if err := change(`{"crew":"few","afloat":"no","name":3,"length":2}`); dberror.CodeOf(err) != apierror.Invalid {
			t.Error(err)
		}
	})
}

func TestFiltersByTypesOfExtensions(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		w.describe(t, ship())
		for i, extension := range []string{
			`{"name":"Nina","code":"N1","crew":26,"length":15.24,"afloat":true,"ports":["Palos","Cadiz"],"built":"2026-03-01T00:30:00.250+01:00","plan":"urn:A","flag":"TUlJ"}`,
			`{"name":"pinta","code":"n1","crew":9,"length":-2.5,"afloat":false,"ports":["palos"],"built":"2026-02-28T23:30:00.25Z"}`,
			`{"name":"Elsa","crew":-10,"length":1e3,"built":"2024-02-29T12:00:00-05:00"}`,
		} {
			if _, err := w.aboard(string(rune('a'+i)), extension); err != nil {
				t.Fatal(err)
			}
		}
		w.mustCreateUser(t, "none")
		for text, want := range map[string]string{
			`name eq "NINA"`: "[a]", `NAME sw "P"`: "[b]", `name ew "A"`: "[a b c]", `name gt "nina"`: "[b]",
			`code eq "N1"`: "[a]", `code co "n"`: "[b]", `code eq "n1"`: "[b]",
			`crew gt 9`: "[a]", `crew ge 9`: "[a b]", `crew lt 0`: "[c]", `crew eq "26"`: "[a]", `crew eq 26.0`: "[a]", `crew ne 26`: "[b c none]",
			`length lt 15.25`: "[a b]", `length gt 999.9`: "[c]", `length eq -2.50`: "[b]", `length pr`: "[a b c]",
			`afloat eq true`: "[a]", `afloat eq "False"`: "[b]", `afloat ne true`: "[b c none]", `afloat eq null`: "[c none]",
			`ports eq "PALOS"`: "[a b]", `ports co "adi"`: "[a]", `ports pr`: "[a b]",
			`built eq "2026-02-28T23:30:00.250Z"`: "[a b]", `built gt "2026-02-28T23:30:00.249Z"`: "[a b]", `built lt "2024-02-29T17:00:00.001Z"`: "[c]",
			`built ge "2024-02-29T18:00:00+01:00"`: "[a b c]", `plan eq "urn:a"`: "[]", `plan eq "urn:A"`: "[a]", `flag eq "TUlJ"`: "[a]",
		} {
			if got := fmt.Sprint(w.list(t, shipURN+":"+text)); got != want {
				t.Errorf("%s: %s, want %s", text, got, want)
			}
		}
		for by, want := range map[string]string{
			"name": "[c a b none]", "code": "[a b c none]", "crew": "[c b a none]", "length": "[b a c none]", "afloat": "[b a c none]", "built": "[c a b none]", "ports": "[a b c none]",
		} {
			if got := fmt.Sprint(w.sorted(t, shipURN+":"+by, false, 1, 10)); got != want {
				t.Errorf("by %s: %s, want %s", by, got, want)
			}
		}
		for _, text := range []string{`crew co 2`, `crew eq "x"`, `afloat gt true`, `built sw "2026"`, `flag lt "T"`, `name.first eq "x"`} {
			if err := w.refusedFilter(t, shipURN+":"+text); dberror.CodeOf(err) != apierror.Invalid {
				t.Errorf("%s: %v", text, err)
			}
		}
	})
}

func TestDescribingExtensions(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		d := w.describe(t, ship())
		if same := w.describe(t, ship()); d.Version != 2 || same.Version != 2 {
			t.Errorf("versions %d and %d", d.Version, same.Version)
		}
		list, err := w.Directory().SchemaExtensions(w.api, d)
		if err != nil || len(list) != 1 || len(list[0].Attributes) != 9 || !list[0].Attributes[7].CaseExact {
			t.Errorf("%+v, %v", list, err)
		}
		if none := w.describe(t); none.Version != 3 {
			t.Errorf("version %d", none.Version)
		}
		for name, change := range map[string]func(*model.SchemaExtensionInput){
			"core": func(e *model.SchemaExtensionInput) { e.Urn = "urn:ietf:params:scim:schemas:core:2.0:User" },
			"enterprise": func(e *model.SchemaExtensionInput) {
				e.Urn = "urn:ietf:params:scim:schemas:extension:ENTERPRISE:2.0:User"
			},
			"the server's own": func(e *model.SchemaExtensionInput) { e.Urn = strings.ToUpper(schema.OwnUserID) },
			"part of another": func(e *model.SchemaExtensionInput) {
				e.Urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:x"
			},
			"no URN":           func(e *model.SchemaExtensionInput) { e.Urn = "ship" },
			"odd URN":          func(e *model.SchemaExtensionInput) { e.Urn = "urn:a:b'; DROP TABLE users" },
			"long URN":         func(e *model.SchemaExtensionInput) { e.Urn = "urn:a:" + strings.Repeat("x", 300) },
			"no name":          func(e *model.SchemaExtensionInput) { e.Name = "" },
			"no attributes":    func(e *model.SchemaExtensionInput) { e.Attributes = nil },
			"odd attribute":    func(e *model.SchemaExtensionInput) { e.Attributes[0].Name = "a b" },
			"twice the same":   func(e *model.SchemaExtensionInput) { e.Attributes[0].Name = "CREW" },
			"wrong suggestion": func(e *model.SchemaExtensionInput) { e.Attributes[3].CanonicalValues = []string{"many"} },
			"long description": func(e *model.SchemaExtensionInput) { e.Description = strings.Repeat("x", 251) },
			"NUL":              func(e *model.SchemaExtensionInput) { e.Description = "\x00" },
			"too many": func(e *model.SchemaExtensionInput) {
				for i := range 200 {
					e.Attributes = append(e.Attributes, model.SchemaAttributeInput{Name: fmt.Sprint("a", i), Type: model.SchemaAttributeTypeString})
				}
			},
		} {
			in := ship()
			change(&in)
			_, err := w.SetSchemaExtensions(w.api, model.SetSchemaExtensionsInput{DirectoryID: d.ID, Extensions: []model.SchemaExtensionInput{in}})
			if dberror.CodeOf(err) != apierror.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		stale := 1
		_, err = w.SetSchemaExtensions(w.api, model.SetSchemaExtensionsInput{DirectoryID: d.ID, Version: &stale, Extensions: []model.SchemaExtensionInput{ship()}})
		if dberror.CodeOf(err) != apierror.StaleVersion {
			t.Errorf("stale: %v", err)
		}
		other := newWorld(t, db, "elsewhere")
		if _, err := other.SetSchemaExtensions(other.api, model.SetSchemaExtensionsInput{DirectoryID: d.ID}); dberror.CodeOf(err) != apierror.NotFound {
			t.Errorf("of another company: %v", err)
		}
		w.describe(t, ship())
		if _, err := w.SchemaExtensions(w.scim, d.ID); err != nil { // and is remembered
			t.Fatal(err)
		}
		if list, err := w.SchemaExtensions(other.scim, d.ID); len(list) > 0 || dberror.CodeOf(err) != apierror.NotFound {
			t.Errorf("of another company: %v, %v", list, err)
		}
	})
}

// Who only reads and writes what SCIM describes pays nothing for extensions.
func TestCostOfExtensions(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		w.describe(t, ship())
		u, err := w.aboard("ada", `{"name":"Nina"}`)
		if err != nil {
			t.Fatal(err)
		}
		cold := graph.New(db, graph.Config{}).Operations()
		ctx, statements := sqlconn.CountStatements(w.scim)
		if _, err := cold.FindUser(ctx, u.ID); err != nil || statements.N() != 1 {
			t.Errorf("reading: %d statements, %v", statements.N(), err)
		}
		ctx, statements = sqlconn.CountStatements(w.scim)
		e, err := filter.Parse(`userName eq "ada"`)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cold.ListUsers(ctx, graph.List{DirectoryID: w.directory.ID, Filter: e, Count: 10}); err != nil || statements.N() != 1 {
			t.Errorf("finding: %d statements, %v", statements.N(), err)
		}
	})
}
