package graph_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/scim/filter"
)

func (w *world) list(t *testing.T, text string) []string {
	t.Helper()
	e, err := filter.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	page, err := w.ListUsers(w.scim, graph.List{DirectoryID: w.directory.ID, Filter: e, StartIndex: 1, Count: 100})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	names := make([]string, len(page.Items))
	for i, u := range page.Items {
		names[i] = u.UserName
	}
	if int(page.Total) != len(names) {
		t.Errorf("%s: total %d of %d", text, page.Total, len(names))
	}
	return names
}

func TestFilters(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		other := newWorld(t, db, "elsewhere")
		other.mustCreateUser(t, "ada")
		ada := w.mustCreateUser(t, "ada")
		eve := person("Ève")
		eve.Title, eve.DisplayName, eve.Active, eve.Emails = nil, nil, false, nil
		id := ada.ID.String()
		eve.Manager = &id
		eve.Extensions = schematype.Extensions{"urn:example:params:Ship": json.RawMessage(`{"name":"Nina","crew":3}`)}
		if _, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: eve}); err != nil {
			t.Fatal(err)
		}
		g := w.mustCreateGroup(t, "Crew", ada.ID)
		for text, want := range map[string]string{
			`userName eq "ADA"`:                     "[ada]",
			`userName eq "èVE"`:                     "[Ève]",
			`userName sw "A"`:                       "[ada]",
			`userName ne "ada"`:                     "[Ève]",
			`externalId eq "x-ada"`:                 "[ada]",
			`externalId eq "X-ADA"`:                 "[]",
			`active eq "False"`:                     "[Ève]",
			`displayName eq "ada ADA"`:              "[ada]",
			`displayName eq "Ève"`:                  "[]",
			`title pr`:                              "[ada]",
			`not (title pr)`:                        "[Ève]",
			`not (title eq "x")`:                    "[ada Ève]",
			`title eq "HARBOUR master"`:             "[ada]",
			`title co "bour m" and userName ew "A"`: "[ada]",
			`emails[type eq "work"].value eq "ADA@harbor.example"`:             "[ada]",
			`emails[type eq "home"].value eq "ada@harbor.example"`:             "[]",
			`emails.value sw "ada@"`:                                           "[ada]",
			`emails eq "ada@harbor.example"`:                                   "[ada]",
			`emails[primary eq true and value co "harbor"]`:                    "[ada]",
			`emails[not (type eq "home")]`:                                     "[ada]",
			`emails.type eq "WORK"`:                                            "[ada]",
			`name.familyName eq "lovelace"`:                                    "[ada Ève]",
			`id eq "` + id + `"`:                                               "[ada]",
			`manager eq "` + id + `"`:                                          "[Ève]",
			`id eq "` + id + `" and manager eq "x"`:                            "[]",
			`groups eq "` + g.ID.String() + `"`:                                "[ada]",
			`meta.created gt "2020-01-01T00:00:00Z"`:                           "[ada Ève]",
			`meta.lastModified lt "2020-01-01T00:00:00+02:00"`:                 "[]",
			`urn:example:params:Ship:name eq "Nina"`:                           "[Ève]",
			`urn:example:params:Ship:crew eq 3`:                                "[Ève]",
			`urn:example:params:Ship:name pr`:                                  "[Ève]",
			`department eq "docks" and (userName eq "ada" or active eq false)`: "[ada Ève]",
			`userName eq "' OR 1=1 --"`:                                        "[]",
			`title co "%"`:                                                     "[]",
			`title co "_"`:                                                     "[]",
			`name[givenName eq "x"]`:                                           "[]",
		} {
			if got := fmt.Sprint(w.list(t, text)); got != want {
				t.Errorf("%s: %s, want %s", text, got, want)
			}
		}
		for _, text := range []string{`nonsense eq "x"`, `active gt true`, `meta.created eq "yesterday"`} {
			e, err := filter.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.ListUsers(w.scim, graph.List{DirectoryID: w.directory.ID, Filter: e, Count: 1}); dberror.CodeOf(err) != apierror.Invalid {
				t.Errorf("%s: %v", text, err)
			}
		}
	})
}

func TestListsByStartIndex(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		var all []uuid.UUID
		for i := range 11 {
			all = append(all, w.mustCreateUser(t, fmt.Sprint("user", i)).ID)
		}
		for start := -1; start <= 13; start++ {
			for _, count := range []int{0, 1, 5, 11, 100} {
				from := min(max(start, 1)-1, len(all))
				want := all[from:min(from+count, len(all))]
				cold := graph.New(db, graph.Config{}).Operations() // remembers no places
				for name, ops := range map[string]*graph.Operations{"warm": w.Operations, "cold": cold} {
					page, err := ops.ListUsers(w.scim, graph.List{DirectoryID: w.directory.ID, StartIndex: start, Count: count})
					if err != nil || page.Total != 11 || len(page.Items) != len(want) || len(want) > 0 && page.Items[0].ID != want[0] {
						t.Fatalf("%s: %d from %d: %+v, %v", name, count, start, page, err)
					}
				}
			}
		}
		ctx, statements := sqlconn.CountStatements(w.scim)
		if _, err := w.ListUsers(ctx, graph.List{DirectoryID: w.directory.ID, StartIndex: 6, Count: 5}); err != nil || statements.N() > 2 {
			t.Errorf("%d statements, %v", statements.N(), err)
		}
	})
}

// What is remembered of a place helps a client that reads on. Who comes later
// gets what stands there now.
func TestRememberedPlaceIsForgotten(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		now := time.Now()
		ops := graph.New(db, graph.Config{Now: func() time.Time { return now }}).Operations()
		var all []uuid.UUID
		for i := range 9 {
			all = append(all, w.mustCreateUser(t, fmt.Sprint("user", i)).ID)
		}
		page := func(start int) *list.Page[*ent.User] {
			t.Helper()
			p, err := ops.ListUsers(w.scim, graph.List{DirectoryID: w.directory.ID, StartIndex: start, Count: 3})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		page(1)
		for _, id := range all[:3] {
			if _, err := w.DeleteUser(w.scim, model.DeleteUserInput{ID: id}); err != nil {
				t.Fatal(err)
			}
		}
		if p := page(4); p.Items[0].ID != all[3] || p.Total != 6 {
			t.Errorf("reading on: %v of %d", p.Items[0].UserName, p.Total)
		}
		now = now.Add(time.Hour)
		if p := page(4); p.Items[0].ID != all[6] || p.Total != 6 {
			t.Errorf("later: %v of %d", p.Items[0].UserName, p.Total)
		}
	})
}

// A client that reads page by page misses nobody when those it has read are deleted.
func TestListSurvivesDeletes(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		for i := range 9 {
			w.mustCreateUser(t, fmt.Sprint("user", i))
		}
		seen := map[string]int{}
		for start := 1; start <= 9; start += 3 {
			page, err := w.ListUsers(w.scim, graph.List{DirectoryID: w.directory.ID, StartIndex: start, Count: 3})
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range page.Items {
				seen[u.UserName]++
			}
			if len(page.Items) > 0 {
				if _, err := w.DeleteUser(w.scim, model.DeleteUserInput{ID: page.Items[0].ID}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if len(seen) != 9 {
			t.Errorf("seen: %v", seen)
		}
	})
}

func TestConnectionsLoseNobody(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		for i := range 10 {
			a := person(fmt.Sprint("user", i))
			if i%3 == 0 {
				a.DisplayName = nil
			} else if i%3 == 1 {
				same := "Same"
				a.DisplayName = &same
			}
			if _, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: a}); err != nil {
				t.Fatal(err)
			}
		}
		for _, field := range model.AllUserOrderField {
			for _, direction := range model.AllOrderDirection {
				for size := 1; size <= 11; size += 3 {
					by := []model.UserOrder{{Field: field, Direction: direction}}
					forward, backward := w.walk(t, by, size, false), w.walk(t, by, size, true)
					if len(forward) != 10 || len(backward) != 10 {
						t.Errorf("%v by %d: %d forward, %d backward", by, size, len(forward), len(backward))
					}
				}
			}
		}
	})
}

// walk reads a whole connection page by page and returns whom it saw.
func (w *world) walk(t *testing.T, by []model.UserOrder, size int, backward bool) map[uuid.UUID]bool {
	t.Helper()
	seen := map[uuid.UUID]bool{}
	var cursor *string
	for range 20 {
		var c *model.UserConnection
		var err error
		if backward {
			c, err = w.Directory().Users(w.api, w.directory, nil, nil, cursor, &size, by, nil, nil)
		} else {
			c, err = w.Directory().Users(w.api, w.directory, cursor, &size, nil, nil, by, nil, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range c.Edges {
			if seen[e.Node.ID] {
				t.Errorf("%v by %d: %s twice", by, size, e.Node.UserName)
			}
			seen[e.Node.ID] = true
		}
		cursor = c.PageInfo.EndCursor
		more := c.PageInfo.HasNextPage
		if backward {
			cursor, more = c.PageInfo.StartCursor, c.PageInfo.HasPreviousPage
		}
		if !more {
			return seen
		}
	}
	t.Fatal("the list does not end")
	return nil
}
