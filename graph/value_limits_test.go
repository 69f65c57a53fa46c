package graph_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

func TestLongValuesWithinOthers(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		long := func(n int) *string { s := strings.Repeat("é", n); return &s }
		attributes := func(short, data *string) map[string]func(*schematype.UserAttributes) {
			extension := schematype.Extensions{"urn:example:a:b": json.RawMessage(`{"c":"` + (*data)[4:] + `"}`)} // two quotes are of it
			return map[string]func(*schematype.UserAttributes){
				"name":             func(a *schematype.UserAttributes) { a.Name = &schematype.Name{MiddleName: short} },
				"addresses":        func(a *schematype.UserAttributes) { a.Addresses = []schematype.Address{{Formatted: short}} },
				"roles":            func(a *schematype.UserAttributes) { a.Roles = []schematype.MultiValue{{Value: short}} },
				"ims":              func(a *schematype.UserAttributes) { a.Ims = []schematype.MultiValue{{Display: short}} },
				"x509Certificates": func(a *schematype.UserAttributes) { a.X509Certificates = []schematype.MultiValue{{Value: data}} },
				"photos":           func(a *schematype.UserAttributes) { a.Photos = []schematype.MultiValue{{Value: data}} },
				"extensions":       func(a *schematype.UserAttributes) { a.Extensions = extension },
			}
		}
		create := func(name string, set func(*schematype.UserAttributes)) error {
			a := schematype.UserAttributes{UserName: name}
			set(&a)
			_, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: a})
			return err
		}
		for name, set := range attributes(long(4096), long(64<<10)) {
			if err := create(name, set); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, set := range attributes(long(4097), long(64<<10+1)) {
			if err := create("too long: "+name, set); dberror.CodeOf(err) != apierror.Invalid || dberror.Describe(err).Field != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := w.CreateGroup(w.scim, model.CreateGroupInput{DirectoryID: w.directory.ID, DisplayName: "g", Extensions: schematype.Extensions{"urn:example:a:b": json.RawMessage(`[1]`)}})
		if dberror.CodeOf(err) != apierror.Invalid {
			t.Errorf("an extension that is a list: %v", err)
		}
	})
}

// A number that is greater than a double would keep most clients from reading
// any list that holds it.
func TestNumbersThatNobodyReads(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		for value, fits := range map[string]bool{
			`1e308`: true, `-1e308`: true, `1e-400`: true, `12345678901234567890123`: true, `1e309`: false, `[1,-1e400]`: false,
		} {
			extensions := schematype.Extensions{"urn:example:a:b": json.RawMessage(`{"c":` + value + `}`)}
			_, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: schematype.UserAttributes{UserName: value, Extensions: extensions}})
			if fits != (err == nil) || !fits && dberror.CodeOf(err) != apierror.Invalid {
				t.Errorf("a user with %s: %v", value, err)
			}
			_, err = w.CreateGroup(w.scim, model.CreateGroupInput{DirectoryID: w.directory.ID, DisplayName: value, Extensions: extensions})
			if fits != (err == nil) {
				t.Errorf("a group with %s: %v", value, err)
			}
		}
	})
}
