package graph_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
)

// Somebody writes between two statements of a query, which must not tell.
func TestQuerySeesOneState(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		var left atomic.Int32 // statements before somebody writes
		var write func()
		db, err := entdb.OpenCurrent(t.Context(), sqlconn.Config{URL: url, Guard: func(context.Context, string, []any) error {
			if left.Add(-1) == 0 {
				write()
			}
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		w := newWorld(t, db, "harbor")
		w.mustCreateUser(t, "ada")
		write = func() {
			if _, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: person("grace")}); err != nil {
				t.Error(err)
			}
		}
		type users struct {
			Edges []struct{ Node struct{ UserName string } }
		}
		var answer struct{ A, B users }
		left.Store(2)
		w.query(t, w.api, `{
			a: users(first: 5) { edges { node { userName } } }
			b: users(last: 5) { edges { node { userName } } }
		}`, &answer)
		if !slices.Equal(answer.A.Edges, answer.B.Edges) || len(answer.A.Edges) != 1 {
			t.Errorf("a has %v, b has %v", answer.A, answer.B)
		}
		w.query(t, w.api, `{ a: users(first: 5) { edges { node { userName } } } }`, &answer)
		if len(answer.A.Edges) != 2 {
			t.Errorf("nobody wrote: %v", answer.A)
		}
	})
}

// A transaction costs two round trips, so a query that takes one statement has none.
func TestOnlyQueriesOfSeveralStatementsTakeATransaction(t *testing.T) {
	t.Parallel()
	r := graph.New(nil, graph.Config{})
	for document, want := range map[string]bool{
		`{ viewer { kind scopes } serverInfo { version } }`:                                              false,
		`{ viewer { company { name } } }`:                                                                false,
		`{ node(id: "x") { id ... on User { userName name { givenName } emails { value } } } }`:          false,
		`{ users(first: 10) { edges { node { userName emails { value } } } pageInfo { hasNextPage } } }`: false,
		`{ directory(id: "x") { name scimUrl } }`:                                                        false,
		`{ __schema { types { fields { name } } } }`:                                                     false,
		`{ users { edges { node { userName } } totalCount } }`:                                           true,
		`{ users { edges { node { manager { userName } } } } }`:                                          true,
		`{ directory(id: "x") { company { name } } }`:                                                    true,
		`{ a: node(id: "x") { id } b: node(id: "y") { id } }`:                                            true,
		`{ nodes(ids: ["x", "y"]) { id } }`:                                                              true,
		`{ ...A ...A } fragment A on Query { directory(id: "x") { name } }`:                              true,
		`{ node(id: "x") { ... on User { directory { name } } } }`:                                       true,
	} {
		got, err := r.TakesSeveralStatements(document)
		if err != nil || got != want {
			t.Errorf("%s: %v, %v", document, got, err)
		}
	}
}
