package attribute

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/apierror"
)

func TestNormalize(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		given, want schematype.UserAttributes
	}{
		"what is empty is not there": {
			schematype.UserAttributes{UserName: "ada", Title: new(""), Name: &schematype.Name{}, Emails: []schematype.MultiValue{}, Extensions: schematype.Extensions{}},
			schematype.UserAttributes{UserName: "ada"},
		},
		"what has content stays": {
			schematype.UserAttributes{UserName: "ada", Title: new(" "), Active: true, Emails: []schematype.MultiValue{{}}},
			schematype.UserAttributes{UserName: "ada", Title: new(" "), Active: true, Emails: []schematype.MultiValue{{}}},
		},
		"extensions are compact": {
			schematype.UserAttributes{UserName: "ada", Extensions: schematype.Extensions{"URN:a": json.RawMessage(`{ "b" : 1 }`)}},
			schematype.UserAttributes{UserName: "ada", Extensions: schematype.Extensions{"URN:a": json.RawMessage(`{"b":1}`)}},
		},
	} {
		if err := Users.Normalize(&c.given); err != nil || !reflect.DeepEqual(c.given, c.want) {
			t.Errorf("%s: %+v, %v", name, c.given, err)
		}
	}
}

func TestWhatCannotBeStoredIsRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", maxInnerText+1)
	extension := func(text string) schematype.Extensions { return schematype.Extensions{"urn:a": json.RawMessage(text)} }
	for name, c := range map[string]struct {
		a     schematype.UserAttributes
		field string
	}{
		"no name":               {schematype.UserAttributes{}, "userName"},
		"NUL":                   {schematype.UserAttributes{UserName: "a\x00"}, "userName"},
		"no UTF-8 in a list":    {schematype.UserAttributes{UserName: "a", Emails: []schematype.MultiValue{{Value: new("\xff")}}}, "emails"},
		"NUL in an object":      {schematype.UserAttributes{UserName: "a", Name: &schematype.Name{GivenName: new("\x00")}}, "name"},
		"too long in a list":    {schematype.UserAttributes{UserName: "a", Emails: []schematype.MultiValue{{Value: &long}}}, "emails"},
		"too long in an object": {schematype.UserAttributes{UserName: "a", Name: &schematype.Name{GivenName: &long}}, "name"},
		"no object":             {schematype.UserAttributes{UserName: "a", Extensions: extension(`[]`)}, "extensions"},
		"null for an object":    {schematype.UserAttributes{UserName: "a", Extensions: extension(`null`)}, "extensions"},
		"no JSON":               {schematype.UserAttributes{UserName: "a", Extensions: extension(`{`)}, "extensions"},
		"NUL in an extension":   {schematype.UserAttributes{UserName: "a", Extensions: extension(`{"b":"\u0000"}`)}, "extensions"},
		"large extension":       {schematype.UserAttributes{UserName: "a", Extensions: extension(`{"b":"` + strings.Repeat("a", maxInnerData) + `"}`)}, "extensions"},
		"extension of no URN":   {schematype.UserAttributes{UserName: "a", Extensions: schematype.Extensions{"a": json.RawMessage(`{}`)}}, "extensions"},
	} {
		e, ok := errors.AsType[*apierror.Error](Users.Normalize(&c.a))
		if !ok || e.Code != apierror.Invalid || e.Field != c.field {
			t.Errorf("%s: %v", name, e)
		}
	}
}

// A photo and a certificate are longer than text that somebody reads.
func TestDataMayBeLong(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", maxInnerText+1)
	a := schematype.UserAttributes{UserName: "a", Photos: []schematype.MultiValue{{Value: &long}}, X509Certificates: []schematype.MultiValue{{Value: &long}}}
	if err := Users.Normalize(&a); err != nil {
		t.Error(err)
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	mail := func(value string) []schematype.MultiValue { return []schematype.MultiValue{{Value: &value}} }
	a := schematype.UserAttributes{UserName: "ada", Title: new("Countess"), Emails: mail("a@b.example"), Name: &schematype.Name{GivenName: new("Ada")}}
	b := a
	b.UserName, b.Title, b.Active, b.Name = "Ada", nil, true, &schematype.Name{GivenName: new("Ada")} // an equal name elsewhere
	changed, before, after := Users.Diff(a, b)
	if want := (Values{"userName": "ada", "title": a.Title, "active": false}); !reflect.DeepEqual(before, want) {
		t.Errorf("before: %v", before)
	}
	if want := (Values{"userName": "Ada", "active": true}); !reflect.DeepEqual(after, want) {
		t.Errorf("after: %v", after)
	}
	if !Touches(changed, "emails", "title") || Touches(changed, "emails", "name") || len(changed) != 3 {
		t.Errorf("changed: %v", changed)
	}
	if changed, _, _ := Users.Diff(a, schematype.UserAttributes{UserName: a.UserName, Title: a.Title, Emails: mail("a@b.example"), Name: a.Name}); len(changed) != 0 {
		t.Errorf("equal attributes differ in %v", changed)
	}
}

// A row has the attributes that it was given, and keeps what clients do not write.
func TestAttributesOfRows(t *testing.T) {
	t.Parallel()
	u := &ent.User{UserName: "ada", Version: 7}
	a := schematype.UserAttributes{UserName: "grace", Title: new("Admiral")}
	changed := Users.With(u, a)
	if got := Users.Of(changed); !reflect.DeepEqual(got, a) {
		t.Errorf("%+v", got)
	}
	if changed.Version != 7 || u.UserName != "ada" {
		t.Errorf("the row is %v, and was %v", changed, u)
	}
}

// row records what is written to the columns of a row.
type row map[string]ent.Value

func (r row) SetField(column string, value ent.Value) error { r[column] = value; return nil }
func (r row) ClearField(column string) error                { r[column] = nil; return nil }

func TestColumnsOfAttributes(t *testing.T) {
	t.Parallel()
	a := schematype.UserAttributes{UserName: "ada", Title: new("Countess")}
	assigned, values := Users.Assigned(a)
	if want := (Values{"userName": "ada", "title": a.Title, "active": false}); !reflect.DeepEqual(values, want) {
		t.Errorf("assigned: %v", values)
	}
	created := row{}
	if err := SetColumns(created, assigned, a); err != nil || !maps.Equal(created, row{"user_name": "ada", "title": "Countess", "active": false}) {
		t.Errorf("%v, %v", created, err)
	}
	changed, _, _ := Users.Diff(a, schematype.UserAttributes{UserName: "ada"})
	updated := row{}
	if err := SetColumns(updated, changed, schematype.UserAttributes{UserName: "ada"}); err != nil || !maps.Equal(updated, row{"title": nil}) {
		t.Errorf("%v, %v", updated, err)
	}
}

func TestDifference(t *testing.T) {
	t.Parallel()
	was, is, err := Difference(Values{"name": "a", "state": 1, "ids": []int{1}}, Values{"name": "b", "state": 1, "ids": []int{1}, "note": "new"})
	if err != nil || !reflect.DeepEqual(was, Values{"name": "a"}) || !reflect.DeepEqual(is, Values{"name": "b", "note": "new"}) {
		t.Errorf("%v, %v, %v", was, is, err)
	}
	if _, _, err := Difference(nil, Values{"name": "\x00"}); err == nil {
		t.Error("a NUL is stored")
	}
	text, err := is.JSON()
	if err != nil || string(text["name"]) != `"b"` || len(text) != 2 {
		t.Errorf("%s, %v", text, err)
	}
	if none, err := (Values{}).JSON(); none != nil || err != nil {
		t.Errorf("%v, %v", none, err)
	}
}

func TestAssign(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		given graphql.Omittable[*string]
		want  string
	}{
		"left out": {graphql.Omittable[*string]{}, "old"},
		"null":     {graphql.OmittableOf[*string](nil), ""},
		"a value":  {graphql.OmittableOf(new("new")), "new"},
	} {
		field := "old"
		if Assign(&field, c.given); field != c.want {
			t.Errorf("%s: %q", name, field)
		}
	}
}

func TestUserKeys(t *testing.T) {
	t.Parallel()
	named := UserKeysOf(schematype.UserAttributes{UserName: "ADA", DisplayName: new("Lovelace")})
	nameless := UserKeysOf(schematype.UserAttributes{UserName: "ADA"})
	if named.UserName != "ada" || named.UserName != nameless.UserName || named.SortName == nameless.SortName {
		t.Errorf("%+v, %+v", named, nameless)
	}
	if !slices.IsSorted([]string{nameless.SortName, named.SortName}) {
		t.Errorf("Lovelace is sorted before ADA")
	}
}
