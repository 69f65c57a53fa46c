package graph_test

import (
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/graph/model"
)

// A page of people is a page, but each may hold a megabyte: what they hold
// together is bounded too, however often it is asked for.
func TestLargeAnswersAreRefused(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		photo := strings.Repeat("x", 50_000)
		for _, name := range []string{"ada", "grace", "alan"} {
			a := person(name)
			a.Photos = []schematype.MultiValue{{Value: &photo}}
			if _, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: a}); err != nil {
				t.Fatal(err)
			}
		}
		limits := limits.DefaultLimits()
		limits.ReadBytes = 200_000
		w.Operations = graph.New(db, graph.Config{BaseURL: "http://directory.test", Limits: limits}).Operations()
		w.query(t, w.api, `{ users { edges { node { photos { value } } } } }`, new(any))
		for _, document := range []string{
			`{ a: users(last: 3) { edges { node { id } } } b: users(first: 3) { edges { node { id } } } }`,
			`{ a: users(query: "ada") { edges { node { id } } } b: users(query: "grace") { edges { node { id } } } c: users(query: "alan") { edges { node { id } } } d: users { edges { node { id } } } }`,
		} {
			if got := w.refused(t, w.api, document, nil); got.Extensions.Code != "LIMIT" {
				t.Errorf("%s: %+v", document, got)
			}
		}
	})
}
