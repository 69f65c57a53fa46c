package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"regexp"
	"testing"

	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
)

// mostStatements is what any document in the documentation may send to the
// database, however many people there are.
const mostStatements = 20

// documented are the GraphQL documents of the documentation: the blocks of
// GraphQL, and what its curl commands send.
func documented(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, name := range []string{"../docs/graphql.md", "../README.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("(?s)```graphql\n(.*?)```").FindAllSubmatch(text, -1) {
			all = append(all, string(m[1]))
		}
		for _, m := range regexp.MustCompile(`'(\{"query":.*\})'`).FindAllSubmatch(text, -1) {
			var body struct{ Query string }
			if err := json.Unmarshal(m[1], &body); err != nil {
				t.Fatalf("%s: %s: %v", name, m[1], err)
			}
			all = append(all, body.Query)
		}
	}
	if len(all) < 12 {
		t.Fatalf("only %d documents are found", len(all))
	}
	return all
}

func TestDocumentedOperationsWork(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		few, many := newWorld(t, db, "few"), newWorld(t, db, "many")
		fewPeople, manyPeople := few.crew(t, 5), many.crew(t, 50)
		for _, document := range documented(t) {
			doc, errs := gqlparser.LoadQueryWithRules(graph.New(nil, graph.Config{}).Schema().Schema(), document, nil)
			if errs != nil {
				t.Errorf("%s\n%v", document, errs)
				continue
			}
			if doc.Operations[0].Operation == ast.Subscription {
				continue // tried with the transports, which have no end
			}
			one, other := few.run(t, document, fewPeople), many.run(t, document, manyPeople)
			if other > one || other > mostStatements || other == 0 && one > 0 {
				t.Errorf("%d statements for 5 people, %d for 50:\n%s", one, other, document)
			}
		}
	})
}

// crew puts n people under one manager into one group, and the group into
// another, and returns values for the variables that documents have.
func (w *world) crew(t *testing.T, n int) map[string]any {
	t.Helper()
	boss := w.mustCreateUser(t, "boss")
	manager := boss.ID.String()
	var members []uuid.UUID
	for i := range n {
		a := person(fmt.Sprintf("user%d@harbor.example", i))
		a.Manager = &manager
		p, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: a})
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, p.User.ID)
	}
	inner := w.mustCreateGroup(t, "Docks", members...)
	outer := w.mustCreateGroup(t, "Crew", append(members, inner.ID)...)
	return map[string]any{
		"directory": w.directory.ID, "group": outer.ID, "user": members[1], "ids": append(members[1:5:5], inner.ID, w.directory.ID), "q": "ada user",
	}
}

// run sends a document and returns how many statements it took. Of the
// variables each gets those that it declares.
func (w *world) run(t *testing.T, document string, values map[string]any) (statements int) {
	t.Helper()
	variables := map[string]any{}
	for name, value := range values {
		if regexp.MustCompile(`\$` + name + `\b`).MatchString(document) {
			variables[name] = value
		}
	}
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	ctx, counter := sqlconn.CountStatements(w.api)
	r := httptest.NewRequestWithContext(ctx, "POST", "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.Handler().ServeHTTP(rec, r)
	var answer struct {
		Data   map[string]json.RawMessage
		Errors []any
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &answer); err != nil || rec.Code != 200 || answer.Errors != nil {
		t.Errorf("%s\n%d %s", document, rec.Code, rec.Body)
	}
	for field, value := range answer.Data {
		if string(value) == "null" {
			t.Errorf("%s\nfinds no %s", document, field)
		}
	}
	return counter.N()
}
