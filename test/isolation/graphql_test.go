package isolation_test

import (
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
)

func schemaOf(t testing.TB) *ast.Schema {
	t.Helper()
	return graph.New(nil, graph.Config{}).Schema().Schema()
}

func TestEveryPositionIsFound(t *testing.T) {
	t.Parallel()
	schema := schemaOf(t)
	found := positions(schema)
	if n := count(schema); n != len(found) || n == 0 {
		t.Errorf("%d positions are tried, there are %d", len(found), n)
	}
	// A String that finds something is tried too, and none is forgotten.
	there := map[string]bool{}
	for _, def := range schema.Types {
		for _, field := range def.Fields {
			if def.Kind == ast.InputObject && field.Type.Name() == "String" {
				there[def.Name+"."+field.Name] = looksUp(def.Name)
			}
			for _, arg := range field.Arguments {
				if owner := def.Name + "." + field.Name; arg.Type.Name() == "String" && !def.BuiltIn && !strings.HasPrefix(field.Name, "__") {
					there[owner+"."+arg.Name] = looksUp(owner)
				}
			}
		}
	}
	for name, finds := range there {
		if finds && !references[name] {
			t.Errorf("%s finds something, and is not tried with what is others'", name)
		}
	}
	for name := range references {
		if _, ok := there[name]; !ok {
			t.Errorf("there is no %s", name)
		}
	}
}

// volatile is what differs between two answers to one mutation.
var volatile = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[0-9:.]+Z|new-\d+|"[a-zA-Z]+":\d+|"(startCursor|endCursor|cursor)":"[^"]*"|fd[a-z]_\w+`)

// ofRequest is what tells one request from the next: what of the key's own
// budget is left, and the ids of operations on a WebSocket.
var ofRequest = regexp.MustCompile(`"rateLimit":\{[^}]*\}|"requestId":"[^"]*"`)

var message = regexp.MustCompile(`"message":"[^"]*"`)

// code is what kind of errors an answer tells.
var code = regexp.MustCompile(`"code":"([A-Z_]+)"`)

// plenty is a budget that no test spends.
const plenty = 1 << 30

// Every id, cursor and name that the API takes is tried by every kind of caller
// with what is another company's and, where it lies in a directory, with what
// is the next directory's. The answer must be the one to something that does
// not exist.
func TestGraphQLTellsNothingOfOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: sends every field and argument as a stranger")
	}
	onEachDatabase(t, func(t *testing.T, w *world) {
		schema := schemaOf(t)
		tries, trusted := w.tries(schema, positions(schema), w.graphqlCallers(t))
		w.newTrial(t, server.Config{TrustedDocuments: trusted}).run(tries)
	})
}

// Who may see it does see it: the test above looks at the right places.
func TestGraphQLTellsTheOwner(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		schema := schemaOf(t)
		owner := caller{secret: w.apiKey(t, &w.theirs, viewer.Scopes...)}
		h := w.serve(t, server.Config{Points: plenty, Restore: plenty}).Handler()
		_, feed := cursorsOf(t, h, owner.secret, &w.theirs)
		serial, seen := new(atomic.Int64), 0
		for _, p := range positions(schema) {
			tellsWhatComes := p.steps[0].field.Name == "requestRecords" && p.steps[0].parent == schema.Subscription
			if tellsWhatComes || p.lasting(schema) > 0 || p.leaf.Name() == "Cursor" {
				continue
			}
			o := (&operation{position: p, schema: schema, scoped: true, serial: serial, since: feed, own: func(owner, field string) string {
				return (&world{ours: w.theirs}).own(owner, field)
			}}).write()
			told := func(value string) bool { return len(o.send(h, owner, value).leaks(value, &w.theirs)) > 0 }
			seen++
			if p.leaf.Name() == "ID" && told(o.own(p.owner, p.last())) { // what does not fit a filter is waited for in vain
				continue
			}
			if !slices.ContainsFunc(w.theirs.pairs(p, nil), func(v pair) bool { return told(v.foreign) || told(v.absent) }) {
				t.Errorf("%s tells its owner nothing: %s", o, o.text)
			}
		}
		t.Logf("%d positions", seen)
	})
}

// lasting orders positions by what trying them leaves behind. Reading comes
// first: what is written stays, and holds what was sent.
func (p position) lasting(schema *ast.Schema) int {
	switch {
	case p.steps[0].parent != schema.Mutation:
		return 0
	case p.last() != "managerValue":
		return 1
	case p.owner == "CreateUserInput":
		return 2
	}
	return 3
}
