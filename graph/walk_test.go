package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/list"
)

// connection is a list that the schema has, with the way to it from the query.
type connection struct {
	path   []*ast.FieldDefinition // the last is the list
	orders []string               // fields that it can be ordered by
}

func (c connection) String() string {
	names := make([]string, len(c.path))
	for i, f := range c.path {
		names[i] = f.Name
	}
	return strings.Join(names, ".")
}

func (c connection) field() *ast.FieldDefinition { return c.path[len(c.path)-1] }

// backward reports whether the list can be read from its end.
func (c connection) backward() bool { return c.field().Arguments.ForName("last") != nil }

// connections finds every list of the schema, by the shortest way to it.
func connections(schema *ast.Schema) (all []connection) {
	type at struct {
		def  *ast.Definition
		path []*ast.FieldDefinition
	}
	seen := map[string]bool{}
	for queue := []at{{def: schema.Query}}; len(queue) > 0; queue = queue[1:] {
		here := queue[0]
		if seen[here.def.Name] {
			continue
		}
		seen[here.def.Name] = true
		for _, f := range here.def.Fields {
			def := schema.Types[f.Type.Name()]
			if strings.HasPrefix(f.Name, "__") || def.Kind != ast.Object || f.Type.Elem != nil && f.Arguments.ForName("first") != nil {
				continue // or no connection: cycles go on at a time
			}
			path := append(slices.Clone(here.path), f)
			if f.Arguments.ForName("first") == nil {
				queue = append(queue, at{def, path})
				continue
			}
			c := connection{path: path}
			if by := f.Arguments.ForName("orderBy"); by != nil {
				for _, v := range schema.Types[schema.Types[by.Type.Name()].Fields.ForName("field").Type.Name()].EnumValues {
					c.orders = append(c.orders, v.Name)
				}
			}
			all = append(all, c)
		}
	}
	return all
}

// walker reads lists page by page.
type walker struct {
	*world
	handler    http.Handler
	user, crew uuid.UUID // whose lists are read
	elsewhere  uuid.UUID // another directory of the company
	removable  []func(context.Context) error
}

// walk is how to read a list.
type walk struct {
	connection
	orderBy  string // as GraphQL writes it; empty for none
	size     int
	backward bool
	query    string // what is searched for; empty for nothing
}

// document asks for the page beside a cursor.
func (w *walker) document(k walk, cursor string) string {
	args := []string{fmt.Sprintf("first: %d", k.size)}
	beside := "after"
	if k.backward {
		args, beside = []string{fmt.Sprintf("last: %d", k.size)}, "before"
	}
	if cursor != "" {
		args = append(args, fmt.Sprintf("%s: %q", beside, cursor))
	}
	if k.orderBy != "" {
		args = append(args, "orderBy: "+k.orderBy)
	}
	if k.query != "" {
		args = append(args, fmt.Sprintf("query: %q", k.query))
	}
	text := fmt.Sprintf("%s(%s) { edges { node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }", k.field().Name, strings.Join(args, ", "))
	for _, f := range slices.Backward(k.path[:len(k.path)-1]) {
		text = f.Name + w.named(f) + " { " + text + " }"
	}
	return "{ " + text + " }"
}

// named are the arguments that lead to what owns a list.
func (w *walker) named(f *ast.FieldDefinition) string {
	for _, arg := range f.Arguments {
		if !arg.Type.NonNull {
			continue
		}
		switch f.Name {
		case "directory":
			return fmt.Sprintf("(id: %q)", w.directory.ID)
		case "user":
			return fmt.Sprintf("(by: {id: %q})", w.user)
		case "group":
			return fmt.Sprintf("(by: {id: %q})", w.crew)
		}
		panic("no arguments for " + f.Name + ": name them in this test")
	}
	return ""
}

type listPage struct {
	Edges    []struct{ Node struct{ ID uuid.UUID } }
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       string
	}
}

// page reads one page.
func (w *walker) page(ctx context.Context, k walk, cursor string) (p listPage, err error) {
	document := w.document(k, cursor)
	body, err := json.Marshal(map[string]string{"query": document})
	if err != nil {
		return p, err
	}
	r := httptest.NewRequestWithContext(ctx, "POST", "/graphql", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	var answer struct {
		Data   json.RawMessage
		Errors []any
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &answer); err != nil || len(answer.Errors) > 0 {
		return p, fmt.Errorf("%s\n%s", document, rec.Body)
	}
	data := answer.Data
	for _, f := range k.path {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(data, &object); err != nil {
			return p, err
		}
		data = object[f.Name]
	}
	return p, json.Unmarshal(data, &p)
}

// all reads a list to its end, and calls between after each page.
func (w *walker) all(t *testing.T, k walk, between func() error) (ids []uuid.UUID, err error) {
	v, _ := viewer.FromContext(w.api)
	v.KeyID = schematype.NewID(schematype.TypeKey) // which has a budget of its own
	ctx := viewer.NewContext(t.Context(), v)
	cursor := ""
	for range 500 {
		p, err := w.page(ctx, k, cursor)
		if err != nil {
			return nil, err
		}
		page := make([]uuid.UUID, len(p.Edges))
		for i, e := range p.Edges {
			page[i] = e.Node.ID
		}
		more := p.PageInfo.HasNextPage
		cursor = p.PageInfo.EndCursor
		if k.backward {
			more, cursor = p.PageInfo.HasPreviousPage, p.PageInfo.StartCursor
			ids = append(page, ids...)
		} else {
			ids = append(ids, page...)
		}
		if !more {
			return ids, nil
		}
		if err := between(); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%v does not end", k)
}

func undisturbed() error { return nil }

// Every list, in every order, from both sides, holds everything once, and in
// the order in which it comes at once.
func TestListsHoldEverythingOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: pages through every list in every order")
	}
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWalker(t, db)
		for _, c := range connections(graph.New(nil, graph.Config{}).Schema().Schema()) {
			members, err := w.all(t, walk{connection: c, size: list.MaxPageSize}, undisturbed)
			if err != nil {
				t.Fatal(err)
			}
			if len(members) == 0 {
				t.Errorf("%v is empty: there is nothing to lose", c)
			}
			for _, k := range c.walks(2) {
				got, err := w.all(t, k, undisturbed)
				if err != nil {
					t.Fatal(err)
				}
				whole, err := w.all(t, walk{connection: c, orderBy: k.orderBy, size: list.MaxPageSize}, undisturbed)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got, whole) || !slices.Equal(sorted(got), sorted(members)) {
					t.Errorf("%v by %s, backward %t: %d by pages, %d at once, of %d", c, k.orderBy, k.backward, len(got), len(whole), len(members))
				}
			}
		}
	})
}

// walks are the ways to read a list that differ in order and direction.
func (c connection) walks(size int) (all []walk) {
	orders := []string{""}
	for _, field := range c.orders {
		orders = append(orders, "{field: "+field+", direction: ASC}", "{field: "+field+", direction: DESC}")
	}
	for _, by := range orders {
		all = append(all, walk{connection: c, orderBy: by, size: size})
		if c.backward() {
			all = append(all, walk{connection: c, orderBy: by, size: size, backward: true})
		}
	}
	return all
}

func sorted(ids []uuid.UUID) []uuid.UUID {
	return slices.SortedFunc(slices.Values(ids), func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
}

// While others come and go, a list loses nobody who is there all the time and
// shows nobody twice.
func TestListsLoseNothingMeanwhile(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: reads lists while others write")
	}
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWalker(t, db)
		lists := connections(graph.New(nil, graph.Config{}).Schema().Schema())
		enough := time.Now().Add(5 * time.Second)
		rapid.Check(t, func(rt *rapid.T) {
			if time.Now().After(enough) {
				return
			}
			k := drawWalk(rt, lists)
			whole := walk{connection: k.connection, size: list.MaxPageSize}
			before, err := w.all(t, whole, undisturbed)
			if err != nil {
				rt.Fatal(err)
			}
			disturbances := 20 // a list that always grows has no end
			got, err := w.all(t, k, func() error {
				if disturbances--; disturbances < 0 {
					return nil
				}
				return w.disturb(rt)
			})
			if err != nil {
				rt.Fatal(err)
			}
			after, err := w.all(t, whole, undisturbed)
			if err != nil {
				rt.Fatal(err)
			}
			for _, id := range before {
				if n := occurrences(got, id); n != 1 && slices.Contains(after, id) && !w.moves(id, k) {
					rt.Errorf("%v by %s, %d at a time, backward %t: %s is there %d times", k.connection, k.orderBy, k.size, k.backward, id, n)
				}
			}
			for _, id := range got {
				if occurrences(got, id) > 1 && !w.moves(id, k) {
					rt.Errorf("%v by %s, %d at a time, backward %t: %s is there twice", k.connection, k.orderBy, k.size, k.backward, id)
				}
			}
		})
	})
}

// drawWalk draws a list, up to three different fields to order it by, a page
// size and a direction.
func drawWalk(t *rapid.T, lists []connection) walk {
	k := walk{connection: rapid.SampledFrom(lists).Draw(t, "list"), size: rapid.IntRange(1, 5).Draw(t, "size")}
	if k.connection.backward() {
		k.backward = rapid.Bool().Draw(t, "backward")
	}
	if len(k.orders) > 0 {
		fields := rapid.SliceOfNDistinct(rapid.SampledFrom(k.orders), 0, 3, rapid.ID[string]).Draw(t, "fields")
		for i, f := range fields {
			fields[i] = "{field: " + f + ", direction: " + rapid.SampledFrom([]string{"ASC", "DESC"}).Draw(t, "direction") + "}"
		}
		k.orderBy = "[" + strings.Join(fields, ", ") + "]"
	}
	return k
}

func occurrences(ids []uuid.UUID, id uuid.UUID) (n int) {
	for _, other := range ids {
		if other == id {
			n++
		}
	}
	return n
}

// moves reports whether something changes its place in a list while that is
// read: the crew grows, and with each member it was changed last.
func (w *walker) moves(id uuid.UUID, k walk) bool {
	return id == w.crew && (strings.Contains(k.orderBy, "UPDATED_AT") || strings.Contains(k.orderBy, "MEMBER_COUNT"))
}
