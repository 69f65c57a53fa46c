package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
)

// Whatever is asked of each of a list, and of what that leads to, costs the
// statements of one.
func TestNothingCostsAStatementEach(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: counts the statements of every field")
	}
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newTown(t, db)
		schema := graph.New(nil, graph.Config{}).Schema().Schema()
		for _, list := range connections(schema) {
			of := itemType(schema, list.field())
			for _, f := range leading(schema, of) {
				grows := func(inner ast.FieldList) (one, many int, document string) {
					below := selection(schema, f, "first: 2", inner)
					one, _ = w.ask(t, w.listing(list, 1, below), list, 1)
					document = w.listing(list, parents, below)
					many, _ = w.ask(t, document, list, parents)
					return one, many, document
				}
				inner := leading(schema, itemType(schema, f))
				if one, many := w.askNodes(t, of, w.ids(t, list), selection(schema, f, "first: 2", inner)); many > one {
					t.Errorf("%d statements for one node, %d for %d: %s of %s", one, many, parents, f.Name, of)
				}
				if one, many, _ := grows(inner); many <= one {
					continue
				}
				if one, many, document := grows(nil); many > one {
					t.Errorf("%d statements for one, %d for %d: %s", one, many, parents, document)
					continue
				}
				for _, g := range inner {
					if one, many, document := grows(ast.FieldList{g}); many > one {
						t.Errorf("%d statements for one, %d for %d: %s", one, many, parents, document)
					}
				}
			}
		}
	})
}

// What is read of many together is what each of them gives alone.
func TestNestedListsAreThoseOfEach(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: pages through lists of many parents")
	}
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newTown(t, db)
		schema := graph.New(nil, graph.Config{}).Schema().Schema()
		for _, list := range connections(schema) {
			of := itemType(schema, list.field())
			for _, f := range leading(schema, of) {
				for _, args := range variants(schema, f) {
					below := selection(schema, f, args, nil)
					_, all := w.ask(t, w.listing(list, parents, below), list, parents)
					for _, item := range all {
						var alone struct{ Node map[string]json.RawMessage }
						w.post(t, fmt.Sprintf(`{ node(id: %q) { ... on %s { id %s } } }`, item.id, of, below), &alone)
						if got, want := decoded(t, item.fields[f.Name]), decoded(t, alone.Node[f.Name]); !reflect.DeepEqual(got, want) {
							t.Fatalf("%s of %s in %v: %v, alone %v", below, item.id, list, got, want)
						}
					}
				}
			}
		}
	})
}

// The search for people is the one thing that is done for each on its own; its
// price is above what it costs.
func TestNestedSearchesHaveTheirPrice(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newTown(t, db)
		var answer struct{ Directories any }
		n, price := w.post(t, fmt.Sprintf(`{ directories(first: %d) { edges { node { users(first: 2, query: "ada user") { totalCount edges { node { id } } } } } } }`, parents), &answer)
		if n > price || n <= parents {
			t.Errorf("%d statements for %d points", n, price)
		}
	})
}

// itemType is the type that a field gives: of the nodes of a connection, or its own.
func itemType(schema *ast.Schema, f *ast.FieldDefinition) string {
	name := f.Type.Name()
	if edges := schema.Types[name].Fields.ForName("edges"); edges != nil {
		return schema.Types[edges.Type.Name()].Fields.ForName("node").Type.Name()
	}
	return name
}

// leading are the fields of a type that lead to other objects.
func leading(schema *ast.Schema, name string) (fields ast.FieldList) {
	def := schema.Types[name]
	if def.Kind != ast.Object {
		def = schema.Types["User"] // what nodes and members are here
	}
	for _, f := range def.Fields {
		if !strings.HasPrefix(f.Name, "__") && schema.Types[f.Type.Name()].IsCompositeType() {
			fields = append(fields, f)
		}
	}
	return fields
}

// selection asks for a field, with what its own object leads to.
func selection(schema *ast.Schema, f *ast.FieldDefinition, args string, inner ast.FieldList) string {
	below := "__typename"
	for _, g := range inner {
		below += " " + selection(schema, g, "first: 2", nil)
	}
	if schema.Types[itemType(schema, f)].IsAbstractType() {
		below = "__typename ... on Node { id } ... on User { " + below + " }"
	} else if schema.Types[itemType(schema, f)].Fields.ForName("id") != nil {
		below = "id " + below
	}
	def := schema.Types[f.Type.Name()]
	if def.Fields.ForName("edges") == nil {
		return f.Name + " { " + below + " }"
	}
	text := f.Name + "(" + args + ") { edges { node { " + below + " } } pageInfo { hasNextPage hasPreviousPage }"
	if def.Fields.ForName("totalCount") != nil {
		text += " totalCount"
	}
	return text + " }"
}

// variants are the arguments that a list is asked with.
func variants(schema *ast.Schema, f *ast.FieldDefinition) []string {
	all := []string{"first: 2"}
	if f.Arguments.ForName("last") != nil {
		all = append(all, "last: 2", "first: 0")
	}
	if by := f.Arguments.ForName("orderBy"); by != nil {
		for _, v := range schema.Types[schema.Types[by.Type.Name()].Fields.ForName("field").Type.Name()].EnumValues {
			all = append(all, "last: 2, orderBy: {field: "+v.Name+"}", "first: 2, orderBy: {field: "+v.Name+", direction: DESC}")
		}
	}
	if f.Arguments.ForName("query") != nil {
		all = append(all, `first: 2, query: "group"`)
	}
	for _, where := range map[string][]string{
		"UserWhereInput":          {`{userNameHasPrefix: "user"}`, `{active: true}`, `{email: "user1@harbor.example"}`},
		"GroupWhereInput":         {`{displayNameHasPrefix: "group"}`},
		"KeyWhereInput":           {`{working: true}`},
		"DirectoryWhereInput":     {`{state: ACTIVE}`},
		"MembershipWhereInput":    {`{memberType: GROUP}`},
		"ChangeWhereInput":        {`{kind: [CREATED]}`},
		"RequestRecordWhereInput": {`{target: "USER"}`, `{outcome: [SUCCESS]}`},
	}[whereType(f)] {
		all = append(all, "first: 2, where: "+where)
	}
	return all
}

func whereType(f *ast.FieldDefinition) string {
	if arg := f.Arguments.ForName("where"); arg != nil {
		return arg.Type.Name()
	}
	return ""
}

// listing asks for n items of a list and for something of each.
func (w *walker) listing(list connection, n int, below string) string {
	return strings.Replace(w.document(walk{connection: list, size: n}, ""), "node { id }", "node { id "+below+" }", 1)
}

// ids are those of the first of a list.
func (w *walker) ids(t *testing.T, list connection) (ids []uuid.UUID) {
	t.Helper()
	_, items := w.ask(t, w.listing(list, parents, ""), list, parents)
	for _, item := range items {
		ids = append(ids, item.id)
	}
	return ids
}

// askNodes asks for something of one and of all by their ids.
func (w *walker) askNodes(t *testing.T, of string, ids []uuid.UUID, below string) (one, many int) {
	t.Helper()
	ask := func(ids []uuid.UUID) int {
		text, err := json.Marshal(ids)
		if err != nil {
			t.Fatal(err)
		}
		var answer any
		n, _ := w.post(t, fmt.Sprintf(`{ nodes(ids: %s) { ... on %s { %s } } }`, text, of, below), &answer)
		return n
	}
	return ask(ids[:1]), ask(ids)
}

type listed struct {
	id     uuid.UUID
	fields map[string]json.RawMessage
}

// ask posts a document and returns how many statements it took, and the n
// items of the list.
func (w *walker) ask(t *testing.T, document string, list connection, n int) (statements int, items []listed) {
	t.Helper()
	var data json.RawMessage
	statements, _ = w.post(t, document, &data)
	for _, f := range list.path {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(data, &object); err != nil {
			t.Fatal(err)
		}
		data = object[f.Name]
	}
	var page struct {
		Edges []struct{ Node map[string]json.RawMessage }
	}
	if err := json.Unmarshal(data, &page); err != nil {
		t.Fatal(err)
	}
	if len(page.Edges) != n && !slices.Contains([]string{"companies"}, list.String()) {
		t.Fatalf("%v has %d items, not %d", list, len(page.Edges), n)
	}
	for _, e := range page.Edges {
		var id uuid.UUID
		if err := json.Unmarshal(e.Node["id"], &id); err != nil {
			t.Fatal(err)
		}
		items = append(items, listed{id, e.Node})
	}
	return statements, items
}

// post asks with a budget of its own, and returns the statements and the price.
func (w *walker) post(t *testing.T, document string, data any) (statements, price int) {
	t.Helper()
	v, _ := viewer.FromContext(w.api)
	v.KeyID = schematype.NewID(schematype.TypeKey)
	body, err := json.Marshal(map[string]string{"query": document})
	if err != nil {
		t.Fatal(err)
	}
	ctx, counter := sqlconn.CountStatements(viewer.NewContext(context.Background(), v))
	r := httptest.NewRequestWithContext(ctx, "POST", "/graphql", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	answer := struct {
		Data       any
		Errors     []any
		Extensions struct{ Cost struct{ Requested int } }
	}{Data: data}
	if err := json.Unmarshal(rec.Body.Bytes(), &answer); err != nil || len(answer.Errors) > 0 {
		t.Fatalf("%s\n%s", document, rec.Body)
	}
	return counter.N(), answer.Extensions.Cost.Requested
}

func decoded(t *testing.T, text json.RawMessage) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
