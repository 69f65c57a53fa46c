package isolation_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/sync/errgroup"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/limits"
)

// trial puts values into positions and compares what comes of it.
type trial struct {
	*testing.T
	world             *world
	handler           http.Handler
	send              func(x try, value string) answer
	cursors, siblings []string // of another company's lists, and of the directory's beside ours
	requests          atomic.Int64
}

// try is an operation that a caller sends.
type try struct {
	*operation
	caller
}

// tries are those of all callers at all positions, and the documents that are
// trusted for it.
func (w *world) tries(schema *ast.Schema, all []position, callers []caller) (tries []try, trusted map[limits.Digest]string) {
	trusted = make(map[limits.Digest]string)
	serial := new(atomic.Int64)
	for _, p := range all {
		for _, c := range callers {
			o := (&operation{position: p, schema: schema, own: w.own, scoped: c.scoped, serial: serial}).write()
			if c.trusted {
				trusted[sha256.Sum256([]byte(o.text))] = o.text
			}
			tries = append(tries, try{o, c})
		}
	}
	return tries, trusted
}

// newTrial serves the world, with cursors that others have got there.
func (w *world) newTrial(t *testing.T, cfg server.Config) *trial {
	t.Helper()
	theirs, next := w.apiKey(t, &w.theirs, viewer.Scopes...), w.apiKey(t, &w.sibling, viewer.Scopes...)
	before := w.serve(t, cfg)
	x := &trial{T: t, world: w}
	x.cursors, _ = cursorsOf(t, before.Handler(), theirs, &w.theirs)
	x.siblings, _ = cursorsOf(t, before.Handler(), next, &w.sibling)
	before.Close() // writes when the keys were used
	cfg.Points, cfg.Restore = plenty, plenty
	s := w.serve(t, cfg)
	x.handler = s.Handler()
	x.send = func(y try, value string) answer { return y.operation.send(x.handler, y.caller, value) }
	return x
}

// run makes all tries, those that only read at the same time, and looks whether
// anything of others changed.
func (t *trial) run(tries []try) {
	w, schema := t.world, tries[0].schema
	slices.SortStableFunc(tries, func(a, b try) int { return a.lasting(schema) - b.lasting(schema) })
	reading := len(tries)
	if i := slices.IndexFunc(tries, func(x try) bool { return x.lasting(schema) > 0 }); i >= 0 {
		reading = i
	}
	theirs, sibling := w.rowsOf(t, w.theirs.company), w.rowsIn(t, w.sibling.directory)
	var together errgroup.Group
	together.SetLimit(4)
	for _, x := range tries[:reading] {
		together.Go(func() error {
			t.position(x)
			return nil
		})
	}
	_ = together.Wait()
	for _, x := range tries[reading:] {
		t.position(x)
	}
	unchanged(t, theirs, w.rowsOf(t, w.theirs.company))
	unchanged(t, sibling, w.rowsIn(t, w.sibling.directory))
	t.Logf("%d tries, %d requests", len(tries), t.requests.Load())
}

// position tries one position as one caller.
func (t *trial) position(x try) {
	pairs := []pair{t.world.fitting(x.position, t.cursors)}
	if x.thorough {
		pairs = t.world.theirs.pairs(x.position, t.cursors)
	}
	if x.opens && x.inDirectory() {
		pairs = append(pairs, t.world.sibling.pairs(x.position, t.siblings)...)
	}
	malformed := ""
	for _, v := range pairs {
		foreign, nothing := t.compare(x, v)
		if x.leaf.Name() != "ID" || strings.Contains(nothing, "FORBIDDEN") { // which is told by the type alone
			continue
		}
		// A message may say what id it was, where there is one to say.
		if malformed == "" {
			malformed = t.ask(x, "no id", "no id")
		}
		same := func() bool { return message.ReplaceAllString(foreign, "") == message.ReplaceAllString(malformed, "") }
		if !same() {
			x = x.patiently()
			foreign, _ = t.compare(x, v)
			malformed = t.ask(x, "no id", "no id")
		}
		if !same() {
			t.Errorf("%s: %s: %q is told from a malformed id:\n%s", x.name, x.position, v.foreign, difference(foreign, malformed))
		}
	}
}

// compare returns the answers to the values of a pair, which must be the same.
// Where they are not they are asked for once more: an event may have come too
// late, and the use of keys is noted now and then.
func (t *trial) compare(x try, v pair) (foreign, nothing string) {
	foreign, nothing = t.ask(x, v.foreign, v.foreign, v.absent), t.ask(x, v.absent, v.foreign, v.absent)
	if foreign != nothing {
		x = x.patiently()
		foreign, nothing = t.ask(x, v.foreign, v.foreign, v.absent), t.ask(x, v.absent, v.foreign, v.absent)
	}
	if foreign != nothing {
		t.Errorf("%s: %s: %q is told from %q:\n%s", x.name, x.position, v.foreign, v.absent, difference(foreign, nothing))
	}
	return foreign, nothing
}

// patiently is the same with more time for an event to come.
func (x try) patiently() try {
	o := *x.operation
	o.patient = true
	x.operation = &o
	return x
}

// ask returns what a client learns of a value, without the texts that it knows.
func (t *trial) ask(x try, value string, known ...string) string {
	t.requests.Add(1)
	a := t.send(x, value)
	if leaks := a.leaks(value, &t.world.theirs); len(leaks) > 0 {
		t.Errorf("%s: %s: %q: tells %v: %.600s", x.name, x.position, value, leaks, a.body)
	}
	allowed := []string{"UNAUTHENTICATED"}
	if x.opens {
		allowed = []string{"NOT_FOUND", "FORBIDDEN", "INVALID"}
	}
	for _, c := range code.FindAllStringSubmatch(a.body, -1) {
		if !slices.Contains(allowed, c[1]) {
			t.Errorf("%s: %s: %q: %.600s\n%s", x.name, x.position, value, a.body, x.text)
		}
	}
	if !x.opens && a.status != http.StatusUnauthorized {
		t.Errorf("%s: %s: %q: %d %.600s", x.name, x.position, value, a.status, a.body)
	}
	a.body = sortedErrors(a.body)
	text := ofRequest.ReplaceAllString(a.text(known...), "")
	if x.steps[0].parent == x.schema.Mutation {
		text = volatile.ReplaceAllString(text, "…")
	}
	return text
}

// sortedErrors puts the errors of an answer into one order: fields are resolved
// at the same time.
func sortedErrors(body string) string {
	var whole map[string]json.RawMessage
	var errs []json.RawMessage
	if json.Unmarshal([]byte(body), &whole) != nil || json.Unmarshal(whole["errors"], &errs) != nil {
		return body
	}
	slices.SortFunc(errs, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	whole["errors"] = must(json.Marshal(errs))
	return string(must(json.Marshal(whole)))
}
