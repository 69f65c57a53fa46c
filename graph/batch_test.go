package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/graph/model"
)

// query asks over HTTP and decodes data into answer.
func (w *world) query(t *testing.T, ctx context.Context, document string, answer any) (statements int) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": document})
	if err != nil {
		t.Fatal(err)
	}
	ctx, counter := sqlconn.CountStatements(ctx)
	r := httptest.NewRequestWithContext(ctx, "POST", "/graphql", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.Handler().ServeHTTP(rec, r)
	envelope := struct{ Data, Errors any }{Data: answer}
	if err := json.Unmarshal(rec.Body.Bytes(), &envelope); err != nil || rec.Code != 200 || envelope.Errors != nil {
		t.Fatalf("%s\n%d %s", document, rec.Code, rec.Body)
	}
	return counter.N()
}

// A page with everything nested costs the same for one user as for many.
func TestNestedFieldsCostNoStatementEach(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		boss := w.mustCreateUser(t, "boss")
		var users []uuid.UUID
		for i := range 20 {
			a := person(fmt.Sprint("user", i))
			manager := boss.ID.String()
			a.Manager = &manager
			p, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: a})
			if err != nil {
				t.Fatal(err)
			}
			users = append(users, p.User.ID)
		}
		for i := range 5 {
			w.mustCreateGroup(t, fmt.Sprint("Crew ", i), users[i:]...)
		}
		type edge struct {
			Node struct {
				UserName string
				Manager  *struct{ UserName string }
				Groups   struct {
					Edges []struct {
						Node struct {
							Group struct {
								DisplayName string
								Members     struct {
									Edges []struct {
										Node struct{ Member struct{ UserName string } }
									}
								}
							}
						}
					}
					PageInfo struct{ HasNextPage bool }
				}
			}
		}
		cost := map[int]int{}
		for _, n := range []int{2, 20} {
			var answer struct{ Users struct{ Edges []edge } }
			cost[n] = w.query(t, w.api, fmt.Sprintf(`{ users(last: %d) { edges { node { userName directory { name company { name } } manager { userName }
				groups(first: 3) { pageInfo { hasNextPage } edges { node { group { displayName members(first: 2) { edges { node { member { ... on User { userName } } } } } } } } } } } } }`, n), &answer)
			if len(answer.Users.Edges) != n {
				t.Fatalf("%d users", len(answer.Users.Edges))
			}
			last := answer.Users.Edges[n-1].Node
			if last.UserName != "user19" || last.Manager.UserName != "boss" || len(last.Groups.Edges) != 3 || !last.Groups.PageInfo.HasNextPage {
				t.Errorf("the last user: %+v", last)
			}
			if members := last.Groups.Edges[1].Node.Group.Members.Edges; len(members) != 2 || members[0].Node.Member.UserName != "user1" || members[1].Node.Member.UserName != "user2" {
				t.Errorf("members of the second group: %+v", members)
			}
		}
		if cost[20] > cost[2] || cost[20] > 10 {
			t.Errorf("statements: %v", cost)
		}
	})
}

func TestMembersByPages(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		var users []uuid.UUID
		for i := range 7 {
			users = append(users, w.mustCreateUser(t, fmt.Sprint("user", i)).ID)
		}
		g := w.mustCreateGroup(t, "Crew", users...)
		for size := 1; size <= 8; size++ {
			var forward, backward []uuid.UUID
			for cursor, more := (*string)(nil), true; more; {
				c, err := w.Group().Members(w.api, g, cursor, &size, nil, nil, nil, nil)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range c.Edges {
					forward = append(forward, e.Node.MemberID)
				}
				cursor, more = c.PageInfo.EndCursor, c.PageInfo.HasNextPage
			}
			for cursor, more := (*string)(nil), true; more; {
				c, err := w.Group().Members(w.api, g, nil, nil, cursor, &size, nil, nil)
				if err != nil {
					t.Fatal(err)
				}
				var page []uuid.UUID
				for _, e := range c.Edges {
					page = append(page, e.Node.MemberID)
				}
				backward = append(page, backward...)
				cursor, more = c.PageInfo.StartCursor, c.PageInfo.HasPreviousPage
			}
			if fmt.Sprint(forward) != fmt.Sprint(users) || fmt.Sprint(backward) != fmt.Sprint(users) {
				t.Errorf("by %d: forward %v, backward %v", size, forward, backward)
			}
		}
	})
}
