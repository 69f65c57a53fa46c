package graph_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// someone is the attributes of a person to be found.
func someone(given, family, title, department, phone string) schematype.UserAttributes {
	text := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	mail := strings.ToLower(given + "." + family + "@harbor.example")
	a := schematype.UserAttributes{
		UserName: mail, Active: true, DisplayName: text(given + " " + family),
		Name:   &schematype.Name{GivenName: text(given), FamilyName: text(family)},
		Emails: []schematype.MultiValue{{Value: &mail}}, Title: text(title), Department: text(department),
	}
	if phone != "" {
		a.PhoneNumbers = []schematype.MultiValue{{Value: &phone}}
	}
	return a
}

func (w *world) settle(t testing.TB, a schematype.UserAttributes) uuid.UUID {
	t.Helper()
	p, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: a})
	if err != nil {
		t.Fatal(err)
	}
	return p.User.ID
}

// found are the display names on a page of a search of the directory.
func (w *world) found(t testing.TB, query string) []string {
	t.Helper()
	c := w.search(t, query, nil, 100)
	if c.PageInfo.HasNextPage {
		t.Errorf("%q: more than a page", query)
	}
	return displayNames(c)
}

func (w *world) search(t testing.TB, query string, after *string, first int) *model.UserConnection {
	t.Helper()
	c, err := w.Directory().Users(w.api, w.directory, after, &first, nil, nil, nil, &query, nil)
	if err != nil {
		t.Fatalf("%q: %v", query, err)
	}
	return c
}

func displayNames(c *model.UserConnection) []string {
	names := []string{}
	for _, e := range c.Edges {
		if e.Node.DisplayName != nil {
			names = append(names, *e.Node.DisplayName)
		} else {
			names = append(names, e.Node.UserName)
		}
	}
	return names
}

func (w *world) aTown(t testing.TB) {
	for _, a := range []schematype.UserAttributes{
		someone("Anna", "Müller", "Harbour master", "Docks", "+41 (0)44 123 45 67"),
		someone("Annabel", "Muster", "Pilot", "Bridge", "044 987 65 43"),
		someone("Hanna", "Mueller", "Engineer", "Engine room", "+1 202-555-0143"),
		someone("Jean-Luc", "O'Brien", "Captain", "Bridge", ""),
		someone("Zoë", "Þórsdóttir", "Cook", "Galley", ""),
		someone("Jürgen", "Straße", "Anna's assistant", "Docks", ""),
		someone("Иван", "Петров", "Mate", "Docks", ""),
		someone("山田", "太郎", "Navigator", "Bridge", ""),
		someone("Bob", "Gonzalez", "Engineer", "Sales & Marketing", "+44 20 7946 0958"),
		someone("100%", "Under_score", "", "", ""),
	} {
		w.settle(t, a)
	}
	name := "unnamed.sailor@harbor.example"
	w.settle(t, schematype.UserAttributes{UserName: name, Active: true})
}

// On both databases the same people are found in the same order.
func TestSearch(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		w.aTown(t)
		for _, c := range []struct{ query, want string }{
			// Names: whole words, then beginnings, then other attributes, then typos.
			{"anna", "Anna Müller, Annabel Muster, Jürgen Straße, Hanna Mueller"},
			{"ANNA", "Anna Müller, Annabel Muster, Jürgen Straße, Hanna Mueller"},
			{"ann", "Anna Müller, Annabel Muster, Jürgen Straße"},
			{"anna müller", "Anna Müller, Hanna Mueller"},
			{"muller anna", "Anna Müller, Hanna Mueller"},
			{"m a", "Anna Müller, Annabel Muster"},
			// Accents, ligatures, and letters written out.
			{"muller", "Anna Müller, Hanna Mueller"},
			{"mueller", "Anna Müller, Hanna Mueller"},
			{"zoe thors", "Zoë Þórsdóttir"},
			{"strasse", "Jürgen Straße"},
			{"straße", "Jürgen Straße"},
			{"juergen", "Jürgen Straße"},
			{"o'brien", "Jean-Luc O'Brien"},
			{"obrien", "Jean-Luc O'Brien"},
			{"O’Brien", "Jean-Luc O'Brien"},
			{"jean-luc", "Jean-Luc O'Brien"},
			{"luc", "Jean-Luc O'Brien"},
			{"петров", "Иван Петров"},
			{"山", "山田 太郎"},
			// Typos: another letter, one too many, one too few, two exchanged; in one of two words.
			{"gonzales", "Bob Gonzalez"},
			{"gonnzalez", "Bob Gonzalez"},
			{"gonzlez", "Bob Gonzalez"},
			{"gonazlez", "Bob Gonzalez"},
			{"gozal", ""}, // too short to be the beginning of anything with a typo
			{"gozalez", "Bob Gonzalez"},
			{"gnozal", "Bob Gonzalez"}, // the beginning, with a typo
			{"bob gonzalex", "Bob Gonzalez"},
			{"петроф", "Иван Петров"},
			{"bbo", ""}, // too short to have a typo
			{"marketting", "Bob Gonzalez"},
			// Title and department.
			{"harbour", "Anna Müller"},
			{"harbour anna", "Anna Müller"},
			{"docks", "Anna Müller, Jürgen Straße, Иван Петров"},
			{"engin", "Hanna Mueller, Bob Gonzalez"},
			{"engine", "Hanna Mueller, Bob Gonzalez"},
			// Addresses, from their start.
			{"bob.gonzalez@harbor", "Bob Gonzalez"},
			{"bob.g", "Bob Gonzalez"},
			{"unnamed", "unnamed.sailor@harbor.example"},
			{"sailor", "unnamed.sailor@harbor.example"},
			{"gonzalez@harbor", ""},
			// Phones: with and without what is dialled before, from the start and up to the end.
			{"+41 44 123 45 67", "Anna Müller"},
			{"0041441234567", "Anna Müller"},
			{"044 123", "Anna Müller"},
			{"044/987-65", "Annabel Muster"},
			{"4567", "Anna Müller"},
			{"0143", "Hanna Mueller"},
			{"(202) 555", "Hanna Mueller"},
			{"anna 4567", "Anna Müller"},
			{"99999", ""},
			// What is no letter or digit is nothing.
			{"%", ""}, {"_", ""}, {"'", ""}, {`"`, ""}, {"*", ""}, {"--", ""}, {`\`, ""}, {"()", ""}, {"\x00", ""},
			{"100%", "100% Under_score"},
			{`"anna" OR 1=1`, ""},
			{"anna* NEAR muller", ""},
			{`anna" AND 'x`, ""},
			{"nobody", ""},
			{"anna nobody", ""},
		} {
			if got := strings.Join(w.found(t, c.query), ", "); got != c.want {
				t.Errorf("%q finds %q, want %q", c.query, got, c.want)
			}
		}
	})
}

func TestSearchTellsWhereItFound(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		w.aTown(t)
		for query, want := range map[string]string{
			"an mueller": "[DISPLAY_NAME |An|na |Müller|] [GIVEN_NAME |An|na] [FAMILY_NAME |Müller|] [USER_NAME |an|na.müller@harbor.example] [EMAIL |an|na.müller@harbor.example]",
			"0441234567": "[PHONE_NUMBER +41 (0)|44 123 45 67|]",
			"master":     "[TITLE Harbour |master|]",
			"haarbour":   "[TITLE |Harbour| master]",
			"045":        "",
		} {
			c := w.search(t, query, nil, 1)
			var got []string
			for _, e := range c.Edges {
				for _, h := range e.Highlights {
					got = append(got, fmt.Sprintf("[%s %s]", h.Field, strings.Join(h.Parts, "|")))
				}
			}
			if joined := strings.Join(got, " "); joined != want {
				t.Errorf("%q: %s, want %s", query, joined, want)
			}
		}
	})
}

// A search sees people as they are, also when the index is yet to follow.
func TestSearchFollowsChanges(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		id := w.settle(t, someone("Anna", "Müller", "", "", ""))
		grace, null := "Grace Hopper", model.UserPatch{}
		null.DisplayName = graphql.OmittableOf(&grace)
		null.Name = graphql.OmittableOf(&schematype.Name{GivenName: &grace})
		if _, err := w.UpdateUser(w.api, model.UpdateUserInput{ID: id, Patch: &null}); err != nil {
			t.Fatal(err)
		}
		if got := w.found(t, "müller"); len(got) != 0 {
			t.Errorf("found by what it was: %v", got)
		}
		w.follow(t, 1)
		if got := w.found(t, "hopper"); len(got) != 1 {
			t.Errorf("not found by what it is: %v", got)
		}
		inactive := model.UserPatch{}
		no := false
		inactive.Active = graphql.OmittableOf(&no)
		if _, err := w.UpdateUser(w.api, model.UpdateUserInput{ID: id, Patch: &inactive}); err != nil {
			t.Fatal(err)
		}
		w.follow(t, 0)
		if _, err := w.DeleteUser(w.api, model.DeleteUserInput{ID: id}); err != nil {
			t.Fatal(err)
		}
		if got := w.found(t, "hopper"); len(got) != 0 {
			t.Errorf("found after it is gone: %v", got)
		}
	})
}

// follow lets searches follow what has changed: so many people.
func (w *world) follow(t testing.TB, want int) {
	t.Helper()
	n, err := w.Index().CatchUp(t.Context())
	if err != nil || n != want {
		t.Errorf("the terms of %d were written, want %d: %v", n, want, err)
	}
}

func TestSearchHidesWhomTheDirectoryHides(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		gone := someone("Anna", "Gone", "", "", "")
		gone.Active = false
		w.settle(t, gone)
		w.settle(t, someone("Anna", "Here", "", "", ""))
		if got := w.found(t, "anna"); len(got) != 2 {
			t.Errorf("visible: %v", got)
		}
		inTx(t, db, func(ctx context.Context) (int, error) {
			return db.Client(ctx).Directory.Update().SetDisabledUsers(directory.DisabledUsersHIDDEN).Save(ctx)
		})
		if got := w.found(t, "anna"); !slices.Equal(got, []string{"Anna Here"}) {
			t.Errorf("hidden: %v", got)
		}
		yes := true
		query := "anna"
		c, err := w.Query().Users(w.api, nil, nil, nil, nil, nil, nil, &query, &model.UserWhereInput{Active: &yes})
		if err != nil || len(c.Edges) != 1 {
			t.Errorf("narrowed: %v, %v", c, err)
		}
	})
}

// A company sees the people of all its directories, and nobody else's.
func TestSearchStaysInTheCompany(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "bay")
		w.settle(t, someone("Anna", "One", "", "", ""))
		other.settle(t, someone("Anna", "Other", "Anna", "Anna", "044 111 22 33"))
		second := *w
		second.directory = w.newDirectory(t, "Second")
		second.scim = w.keyOf(t, second.directory.ID)
		second.settle(t, someone("Anna", "Two", "", "", ""))
		for query, want := range map[string]string{"anna": "Anna One, Anna Two", "ana": "", "anan": "Anna One, Anna Two", "0441112233": ""} {
			c, err := w.Query().Users(w.api, nil, nil, nil, nil, nil, nil, &query, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(displayNames(c), ", "); got != want {
				t.Errorf("%q in the company: %s", query, got)
			}
		}
		if got := w.found(t, "anna"); len(got) != 1 {
			t.Errorf("in the directory: %v", got)
		}
		query := "anna"
		c, err := w.Query().Users(w.api, &other.directory.ID, nil, nil, nil, nil, nil, &query, nil)
		if err != nil || len(c.Edges) != 0 || c.PageInfo.HasNextPage {
			t.Errorf("in another company's directory: %v, %v", c, err)
		}
		mine := w.search(t, query, nil, 1)
		_, err = other.Query().Users(other.api, nil, mine.PageInfo.EndCursor, nil, nil, nil, nil, &query, nil)
		wantCode(t, "another company's cursor", err, apierror.Invalid)
	})
}

func TestSearchIsBounded(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		w.aTown(t)
		one := 1
		for name, c := range map[string]struct {
			args func(*string) (*model.UserConnection, error)
			text string
			code apierror.Code
		}{
			"too long": {func(q *string) (*model.UserConnection, error) {
				return w.Directory().Users(w.api, w.directory, nil, nil, nil, nil, nil, q, nil)
			}, strings.Repeat("ä", 201), apierror.Limit},
			"too many words": {func(q *string) (*model.UserConnection, error) {
				return w.Directory().Users(w.api, w.directory, nil, nil, nil, nil, nil, q, nil)
			}, "a b c d e f g h i", apierror.Limit},
			"backwards": {func(q *string) (*model.UserConnection, error) {
				return w.Directory().Users(w.api, w.directory, nil, nil, nil, &one, nil, q, nil)
			}, "a", apierror.Invalid},
			"ordered": {func(q *string) (*model.UserConnection, error) {
				return w.Directory().Users(w.api, w.directory, nil, nil, nil, nil, []model.UserOrder{{}}, q, nil)
			}, "a", apierror.Invalid},
			"from elsewhere": {func(q *string) (*model.UserConnection, error) {
				made := "bm9uc2Vuc2U"
				return w.Directory().Users(w.api, w.directory, &made, nil, nil, nil, nil, q, nil)
			}, "a", apierror.Invalid},
		} {
			_, err := c.args(&c.text)
			wantCode(t, name, err, c.code)
		}
		blank := "  "
		c, err := w.Directory().Users(w.api, w.directory, nil, nil, nil, nil, nil, &blank, nil)
		if err != nil || len(c.Edges) != 11 {
			t.Errorf("a blank query: %d, %v", len(c.Edges), err)
		}
		if n, err := w.search(t, "anna", nil, 1).TotalCount(w.api); n != 4 || err != nil {
			t.Errorf("%d in all: %v", n, err)
		}
		w.found(t, strings.Repeat("w", 200))
		w.found(t, "maximilian alexandros bartholomew christopher fernandez gonzalezz hernandez ivanovich")
	})
}

func TestGroupsByTheBeginningOfTheirName(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		for _, name := range []string{"Sales EMEA", "sales APAC", "Crew", "100%"} {
			w.mustCreateGroup(t, name)
		}
		for query, want := range map[string]string{"SALES ": "sales APAC, Sales EMEA", "%": "", "100%": "100%", "emea": ""} {
			c, err := w.Query().Groups(w.api, nil, nil, nil, nil, nil, nil, &query, nil)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, e := range c.Edges {
				names = append(names, e.Node.DisplayName)
			}
			if got := strings.Join(names, ", "); got != want {
				t.Errorf("%q: %s", query, got)
			}
		}
		long := strings.Repeat("a", 201)
		_, err := w.Query().Groups(w.api, nil, nil, nil, nil, nil, nil, &long, nil)
		wantCode(t, "too long", err, apierror.Limit)
	})
}
