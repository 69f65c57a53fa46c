package graph_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/scim/filter"
)

// aCrew makes users ada, Bert, cleo and dan, in this order, and a group of Bert.
func (w *world) aCrew(t *testing.T) {
	t.Helper()
	yes := true
	text := func(s string) *string { return &s }
	multi := func(values ...string) (list []schematype.MultiValue) {
		for _, v := range values {
			list = append(list, schematype.MultiValue{Value: text(v)})
		}
		return list
	}
	cleosMail := multi("z@harbor.example", "a@harbor.example")
	cleosMail[1].Primary = &yes
	for _, a := range []schematype.UserAttributes{
		{UserName: "ada", Title: text("mate"), Active: true, ExternalID: text("b"), Emails: multi("m@harbor.example", "a@harbor.example"),
			Name: &schematype.Name{GivenName: text("Zoë")}, DisplayName: text("the first")},
		{UserName: "Bert", Title: text("Captain"), ExternalID: text("B"), Emails: multi("B@harbor.example"),
			Name: &schematype.Name{GivenName: text("anna")}, DisplayName: text("The Second"), Department: text("docks")},
		{UserName: "cleo", Active: true, ExternalID: text("a"), Emails: cleosMail, Department: text("Bridge"),
			Extensions: schematype.Extensions{"urn:example:params:Ship": json.RawMessage(`{"name":"Nina"}`)}},
		{UserName: "dan", Title: text("mate"), Active: true, Department: text("engine"), DisplayName: text("the 0th"),
			Extensions: schematype.Extensions{"urn:example:params:Ship": json.RawMessage(`{"name":"Elsa"}`)}},
	} {
		made, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: a})
		if err != nil {
			t.Fatal(err)
		}
		if a.UserName == "Bert" {
			w.mustCreateGroup(t, "Watch", made.User.ID)
		}
	}
}

func (w *world) sorted(t *testing.T, by string, descending bool, start, count int) (names []string) {
	t.Helper()
	path, err := filter.ParsePath(by)
	if err != nil {
		t.Fatal(err)
	}
	page, err := w.ListUsers(w.scim, graph.List{
		DirectoryID: w.directory.ID, SortBy: path.Attribute, Descending: descending, StartIndex: start, Count: count,
	})
	if err != nil {
		t.Fatalf("%s: %v", by, err)
	}
	if page.Total != 4 {
		t.Errorf("%s: total %d", by, page.Total)
	}
	for _, u := range page.Items {
		names = append(names, u.UserName)
	}
	return names
}

// Whoever has no value is the last in ascending order and the first in
// descending order; descending order is ascending order backwards.
func TestSort(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		w.aCrew(t)
		for by, want := range map[string]string{
			"id":                "[ada Bert cleo dan]",
			"userName":          "[ada Bert cleo dan]",
			"USERNAME":          "[ada Bert cleo dan]",
			"title":             "[Bert ada dan cleo]",
			"externalId":        "[Bert cleo ada dan]",
			"active":            "[Bert ada cleo dan]",
			"displayName":       "[dan ada Bert cleo]",
			"name.givenName":    "[Bert ada cleo dan]",
			"emails":            "[cleo Bert ada dan]",
			"emails.value":      "[cleo Bert ada dan]",
			"emails.primary":    "[cleo ada Bert dan]",
			"addresses.country": "[ada Bert cleo dan]",
			"x509Certificates":  "[ada Bert cleo dan]",
			"manager":           "[ada Bert cleo dan]",
			"department":        "[cleo Bert dan ada]",
			"groups":            "[Bert ada cleo dan]",
			"meta.created":      "[ada Bert cleo dan]",
			"meta.lastModified": "[ada Bert cleo dan]",
			"meta.resourceType": "[ada Bert cleo dan]",
			"meta.location":     "[ada Bert cleo dan]",
			"urn:ietf:params:scim:schemas:core:2.0:User:name.givenName":                "[Bert ada cleo dan]",
			"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":    "[cleo Bert dan ada]",
			"urn:example:params:Ship:name":                                             "[dan cleo ada Bert]",
			"urn:example:params:Ship:nosuch":                                           "[ada Bert cleo dan]",
			`urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value`: "[ada Bert cleo dan]",
		} {
			all := w.sorted(t, by, false, 1, 10)
			if got := fmt.Sprint(all); got != want {
				t.Errorf("%s: %s, want %s", by, got, want)
			}
			backwards := w.sorted(t, by, true, 1, 10)
			slices.Reverse(backwards)
			if !slices.Equal(all, backwards) {
				t.Errorf("%s: %v is %v from behind", by, all, backwards)
			}
			var paged []string
			for start := 1; start <= 4; start += 3 {
				paged = append(paged, w.sorted(t, by, false, start, 3)...)
			}
			if !slices.Equal(all, paged) {
				t.Errorf("%s: %v is %v page by page", by, all, paged)
			}
		}
	})
}

func TestSortGroups(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		w.mustCreateGroup(t, "watch")
		w.mustCreateGroup(t, "Crew", w.mustCreateUser(t, "ada").ID)
		for by, want := range map[string]string{
			"id": "[watch Crew]", "displayName": "[Crew watch]", "members.value": "[Crew watch]", "externalId": "[watch Crew]", "meta.created": "[watch Crew]",
		} {
			path, err := filter.ParsePath(by)
			if err != nil {
				t.Fatal(err)
			}
			page, err := w.ListGroups(w.scim, graph.List{DirectoryID: w.directory.ID, SortBy: path.Attribute, Count: 10})
			if err != nil {
				t.Fatalf("%s: %v", by, err)
			}
			var names []string
			for _, g := range page.Items {
				names = append(names, g.DisplayName)
			}
			if got := fmt.Sprint(names); got != want {
				t.Errorf("%s: %s, want %s", by, got, want)
			}
		}
	})
}

func TestNothingToSortBy(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		for _, by := range []string{"nosuch", "name", "meta", "password", "addresses", "name.nosuch"} {
			path, err := filter.ParsePath(by)
			if err != nil {
				t.Fatal(by, err)
			}
			if _, err := w.ListUsers(w.scim, graph.List{DirectoryID: w.directory.ID, SortBy: path.Attribute, Count: 1}); dberror.CodeOf(err) != apierror.Invalid {
				t.Errorf("%s: %v", by, err)
			}
		}
	})
}

// Lists are sorted without regard to case beyond ASCII too, alike on every
// database.
func TestSortBeyondASCII(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		ship := func(name string) schematype.Extensions {
			return schematype.Extensions{"urn:example:params:Ship": json.RawMessage(fmt.Sprintf(`{"name":%q}`, name))}
		}
		for i, text := range []string{"ÉTOILE", "жук", "émile", "Ζήτα", "ΑΛΦΑ"} {
			a := person(fmt.Sprint("user", i))
			a.Title, a.Name.FamilyName, a.Extensions = &text, &text, ship(text)
			a.Addresses = []schematype.Address{{Locality: &text}}
			if _, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: a}); err != nil {
				t.Fatal(err)
			}
		}
		for _, by := range []string{"title", "name.familyName", "addresses.locality", "urn:example:params:Ship:name"} {
			path, err := filter.ParsePath(by)
			if err != nil {
				t.Fatal(err)
			}
			var titles []string
			for start := 1; start <= 5; start += 2 { // by pages, whose places are keys
				page, err := w.ListUsers(w.scim, graph.List{DirectoryID: w.directory.ID, SortBy: path.Attribute, StartIndex: start, Count: 2})
				if err != nil {
					t.Fatalf("%s: %v", by, err)
				}
				for _, u := range page.Items {
					titles = append(titles, *u.Title)
				}
			}
			if got := fmt.Sprint(titles); got != "[émile ÉTOILE ΑΛΦΑ Ζήτα жук]" {
				t.Errorf("%s: %s", by, got)
			}
		}
	})
}
