package isolation_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
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

// pair is a value of others', and one like it that is nobody's.
type pair struct{ foreign, absent string }

// pairs are the values to put into a position.
func (w *world) pairs(p position, cursors []string) []pair {
	var all []pair
	switch name := p.last(); {
	case p.leaf.Name() == "ID", name == "managerValue":
		for _, id := range w.theirs.ids() {
			all = append(all, pair{id.String(), absent(id).String()})
		}
		if name == "managerValue" {
			all = append(all, pair{w.theirs.manager.String(), absent(w.theirs.manager).String()})
		}
		return all
	case p.leaf.Name() == "Cursor":
		for _, c := range cursors {
			all = append(all, pair{c, absentCursor(c)})
		}
		return all
	case strings.HasSuffix(name, "HasPrefix"):
		return []pair{{theirMark, "canard"}}
	case name == "shortName":
		return []pair{{theirMark, theirMark + "0"}}
	default:
		for _, value := range []string{
			theirMark, theirMark + "-user", theirMark + "-user-external", theirMark + "-group", theirMark + " user", theirMark + " group", theirMark + "-user@harbor.example",
		} {
			all = append(all, pair{value, value + "0"})
		}
		return all
	}
}

// absentCursor is c with another id in it, as somebody would make it who knew
// how cursors are written, but not the secret that seals them.
func absentCursor(c string) string {
	const sealed = 16 // bytes of the seal, then the id
	raw, err := base64.RawURLEncoding.DecodeString(c)
	if err != nil || len(raw) < sealed+16 {
		panic("not a cursor as these tests know them: " + c)
	}
	id := absent(uuid.UUID(raw[sealed : sealed+16]))
	copy(raw[sealed:], id[:])
	return base64.RawURLEncoding.EncodeToString(raw)
}

// own returns an id of ours for a place, told by its name and what has it.
func (w *world) own(owner, field string) string {
	f := w.ours
	for _, named := range []struct {
		names string
		id    uuid.UUID
	}{
		{"directoryId", f.directory}, {"companyId", f.company}, {"groupId memberOf", f.group}, {"memberIds hasMember ids idIn", f.user}, {"clientId", f.oauthClient},
	} {
		if strings.Contains(" "+named.names+" ", " "+field+" ") {
			return named.id.String()
		}
	}
	for _, named := range []struct {
		word string
		id   uuid.UUID
	}{
		{"requestrecord", f.user}, {"oauthclient", f.oauthClient}, {"company", f.company}, {"directory", f.directory}, {"group", f.group}, {"user", f.user}, {"key", f.key}, {"node", f.user},
	} {
		if strings.Contains(strings.ToLower(owner), named.word) {
			return named.id.String()
		}
	}
	panic("no id of ours for " + owner + "." + field + ": name one in this test")
}

func (o *operation) send(h http.Handler, secret string, value any) answer {
	body := must(json.Marshal(map[string]any{"query": o.text, "variables": o.variables(value)}))
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if o.subscribes() {
		return listen(h, r, secret, o.since != "" || o.patient)
	}
	return do(h, r, secret)
}

// listen is do for a subscription, which is open until its first event, or
// until it has told nothing for a while: longer where an event is expected.
func listen(h http.Handler, r *http.Request, secret string, expected bool) answer {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	patience := 30 * time.Millisecond
	if expected {
		patience = 10 * time.Second
	}
	r.Header.Set("Accept", "text/event-stream")
	w := &listener{ResponseRecorder: httptest.NewRecorder(), patience: patience, end: cancel}
	return doTo(h, r.WithContext(ctx), secret, w, w.ResponseRecorder)
}

// listener ends an event stream.
type listener struct {
	*httptest.ResponseRecorder
	patience time.Duration
	end      func()
}

// Flush is called after each event.
func (l *listener) Flush() {
	if strings.Contains(l.Body.String(), "event: next") {
		l.end()
	} else {
		time.AfterFunc(l.patience, l.end)
	}
}

// theirCursors are cursors of the lists that another company sees.
func (w *world) theirCursors(t testing.TB) []string {
	t.Helper()
	secret := w.apiKeys(t, &w.theirs, 1, viewer.Scopes...)[0]
	s := w.serve(t, server.Config{})
	defer s.Close() // writes when the key was used
	page := "(last: 1) { edges { cursor } }"
	query := "{ users" + page + " groups" + page + " directories" + page + " companies" + page + " keys" + page +
		" byName: users(last: 1, orderBy: {field: NAME}) { edges { cursor } }" + ` group(by: {id: "` + w.theirs.group.String() + `"}) { members` + page + ` }` +
		` user(by: {id: "` + w.theirs.user.String() + `"}) { groups` + page + " history" + page + " }" +
		` manager: user(by: {id: "` + w.theirs.manager.String() + `"}) { directReports` + page + " }" +
		` clients: directory(id: "` + w.theirs.directory.String() + `") { oauthClients` + page + " }" +
		" company { changes(first: 1) { edges { cursor } } }" + ` directory(id: "` + w.theirs.directory.String() + `") { requestRecords` + page + " } }"
	body := must(json.Marshal(map[string]any{"query": query}))
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	a := do(s.Handler(), r, secret)
	var all []string
	for _, m := range regexp.MustCompile(`"cursor":"([^"]+)"`).FindAllStringSubmatch(a.body, -1) {
		all = append(all, m[1])
	}
	if len(all) != 13 {
		t.Fatalf("%d cursors of theirs: %s", len(all), a.body)
	}
	return all
}

// volatile is what differs between two answers to one mutation.
var volatile = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[0-9:.]+Z|new-\d+|"[a-zA-Z]+":\d+|"(startCursor|endCursor|cursor)":"[^"]*"|fd[a-z]_\w+`)

// budget is what of the key's own budget is left.
var budget = regexp.MustCompile(`"rateLimit":\{[^}]*\}`)

var message = regexp.MustCompile(`"message":"[^"]*"`)

// code is what kind of errors an answer tells.
var code = regexp.MustCompile(`"code":"([A-Z_]+)"`)

// Every id, cursor and name that the API takes is tried with what is another
// company's. The answer must be the one to something that does not exist.
func TestGraphQLTellsNothingOfOthers(t *testing.T) {
	t.Parallel()
	w := build(t)
	schema := schemaOf(t)
	all := positions(schema)
	cursors := w.theirCursors(t)
	// Reading comes first: what is written stays, and holds what was sent.
	slices.SortStableFunc(all, func(a, b position) int { return a.lasting(schema) - b.lasting(schema) })
	before := w.rowsOf(t, w.theirs.company)
	viewers := []struct {
		name    string
		secrets []string // one for each position: each has a budget of its own
	}{
		{"read only", w.apiKeys(t, &w.ours, len(all), viewer.ScopeRead)},
		{"all scopes", w.apiKeys(t, &w.ours, len(all), viewer.Scopes...)},
	}
	s := w.serve(t, server.Config{})
	tried := &trial{T: t, world: w, handler: s.Handler()}
	serial := 0
	for _, v := range viewers {
		for i, p := range all {
			if p.leaf.Name() == "Cursor" && v.name == "read only" {
				continue // scopes do not matter for places in lists
			}
			o := (&operation{position: p, schema: schema, own: w.own, scoped: v.name == "all scopes", serial: &serial}).write()
			tried.position(o, v.name, v.secrets[i], w.pairs(p, cursors))
		}
	}
	s.Close()
	unchanged(t, before, w.rowsOf(t, w.theirs.company))
	t.Logf("%d positions, %d requests", len(all), tried.requests)
}

// Who may see it does see it: the tests above look at the right places.
func TestGraphQLTellsTheOwner(t *testing.T) {
	t.Parallel()
	w := build(t)
	schema := schemaOf(t)
	all := positions(schema)
	secrets := w.apiKeys(t, &w.theirs, len(all), viewer.Scopes...)
	h := w.serve(t, server.Config{}).Handler()
	serial, seen := 0, 0
	cursors := w.theirCursors(t)
	for i, p := range all {
		if p.steps[0].field.Name == "requestRecords" && p.steps[0].parent == schema.Subscription {
			continue // it tells what comes after now
		}
		o := (&operation{position: p, schema: schema, scoped: true, serial: &serial, since: cursors[len(cursors)-2], own: func(owner, field string) string {
			return (&world{ours: w.theirs}).own(owner, field)
		}}).write()
		if p.lasting(schema) > 0 || p.leaf.Name() == "Cursor" {
			continue
		}
		told := func(value string) bool { return len(o.send(h, secrets[i], value).leaks(value, &w.theirs)) > 0 }
		if !slices.ContainsFunc(w.pairs(p, nil), func(v pair) bool { return told(v.foreign) || told(v.absent) }) {
			t.Errorf("%s tells its owner nothing: %s", o, o.text)
		}
		seen++
	}
	t.Logf("%d positions", seen)
}

// lasting orders positions by what trying them leaves behind.
func (p position) lasting(schema *ast.Schema) int {
	switch {
	case p.steps[0].parent != schema.Mutation:
		return 0
	case p.last() != "managerValue":
		return 1
	}
	return 2
}

// trial puts values into positions and compares what comes of it.
type trial struct {
	*testing.T
	world    *world
	handler  http.Handler
	requests int
}

func (t *trial) position(o *operation, viewer, secret string, pairs []pair) {
	malformed := ""
	for _, v := range pairs {
		foreign, nothing := t.ask(o, viewer, secret, v.foreign), t.ask(o, viewer, secret, v.absent)
		if foreign != nothing && o.subscribes() { // on a busy machine one of them may have come too late
			o.patient = true
			foreign, nothing = t.ask(o, viewer, secret, v.foreign), t.ask(o, viewer, secret, v.absent)
			o.patient = false
		}
		if foreign != nothing {
			t.Errorf("%s: %s: %q is told from %q:\n%.600s\n%.600s", viewer, o, v.foreign, v.absent, foreign, nothing)
		}
		if o.leaf.Name() != "ID" || strings.Contains(nothing, "FORBIDDEN") { // which is told by the type alone
			continue
		}
		// A message may say what id it was, where there is one to say.
		if malformed == "" {
			malformed = t.ask(o, viewer, secret, "no id")
		}
		if message.ReplaceAllString(foreign, "") != message.ReplaceAllString(malformed, "") {
			t.Errorf("%s: %s: %q is told from a malformed id:\n%.600s\n%.600s", viewer, o, v.foreign, foreign, malformed)
		}
	}
}

// ask returns what a client learns of a value.
func (t *trial) ask(o *operation, viewer, secret, value string) string {
	t.requests++
	a := o.send(t.handler, secret, value)
	if leaks := a.leaks(value, &t.world.theirs); len(leaks) > 0 {
		t.Errorf("%s: %s: %q: tells %v: %.600s", viewer, o, value, leaks, a.body)
	}
	for _, c := range code.FindAllStringSubmatch(a.body, -1) {
		switch c[1] {
		case "NOT_FOUND", "FORBIDDEN", "INVALID":
		default:
			t.Fatalf("%s: %s: %q: %.600s\n%s", viewer, o, value, a.body, o.text)
		}
	}
	text := budget.ReplaceAllString(a.text(value), "")
	if o.steps[0].parent == o.schema.Mutation {
		text = volatile.ReplaceAllString(text, "…")
	}
	return text
}
