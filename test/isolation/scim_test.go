package isolation_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/scimadapter"
)

// What the router of the adapter knows is in the tables of exchanges, and
// nothing else is.
func TestEveryRouteIsTried(t *testing.T) {
	t.Parallel()
	tried := make(map[string]bool)
	for _, e := range slices.Concat(reading, writing) {
		tried[e.route()] = true
	}
	for _, route := range scimadapter.Routes() {
		if !tried[route] {
			t.Errorf("%s is not tried", route)
		}
		delete(tried, route)
	}
	if len(tried) > 0 {
		t.Errorf("the adapter does not know %v", tried)
	}
}

// Every kind of caller tries everything with what is in another company, and
// in the directory beside its own.
func TestSCIMTellsNothingOfOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: sends every SCIM request as a stranger")
	}
	onEachDatabase(t, func(t *testing.T, w *world) {
		callers := w.scimCallers(t)
		owners := map[*folder]string{&w.theirs: w.accessToken(t, &w.theirs, time.Hour), &w.sibling: w.accessToken(t, &w.sibling, time.Hour)}
		s := w.serve(t, server.Config{Rate: plenty, Burst: plenty})
		x := &scimTrial{T: t, world: w, handler: s.Handler(), cursors: make(map[*folder][]pair)}
		for f, secret := range owners { // who also fill what the adapter keeps
			x.cursors[f] = scimCursors(t, x.handler, f, secret)
			x.owner(f, secret)
		}
		theirs, sibling := w.rowsOf(t, w.theirs.company), w.rowsIn(t, w.sibling.directory)
		x.together(callers, reading)
		for _, c := range callers {
			for _, e := range writing {
				x.exchange(c, e)
			}
		}
		state := directory.StatePAUSED
		must(s.Operations().UpdateDirectory(viewer.WithOperator(t.Context()), model.UpdateDirectoryInput{ID: w.ours.directory, State: graphql.OmittableOf(&state)}))
		paused := caller{name: "key of a paused directory", secret: w.ours.secret, opens: true}
		x.together([]caller{paused}, slices.Concat(reading, writing))
		unchanged(t, theirs, w.rowsOf(t, w.theirs.company))
		unchanged(t, sibling, w.rowsIn(t, w.sibling.directory))
		t.Logf("%d exchanges, %d callers, %d requests", len(reading)+len(writing), len(callers)+1, x.requests.Load())
	})
}

// scimTrial puts values into exchanges and compares what comes of it.
type scimTrial struct {
	*testing.T
	world    *world
	handler  http.Handler
	cursors  map[*folder][]pair
	requests atomic.Int64
}

// owner looks whether who may see something does see it: whether the exchanges
// look at the right places.
func (t *scimTrial) owner(f *folder, secret string) {
	for _, e := range reading {
		path, query, _ := strings.Cut(e.path, "?")
		if !e.reads() || e.header != "" || strings.Contains(e.path+e.body, "cursor") || strings.Contains(e.path+e.body, "sortBy") ||
			strings.Contains(query, "startIndex=2") || !strings.HasPrefix(path, "/Users") && !strings.HasPrefix(path, "/Groups") {
			continue
		}
		told := func(value string) bool { return len(e.send(t.handler, f, secret, value).leaks(value, f)) > 0 }
		if !slices.ContainsFunc(f.values(), func(v pair) bool { return told(v.foreign) || told(v.absent) }) {
			t.Errorf("%s %s %s tells its owner nothing", e.method, e.path, e.body)
		}
	}
}

// together tries exchanges that leave nothing behind.
func (t *scimTrial) together(callers []caller, exchanges []exchange) {
	var g errgroup.Group
	g.SetLimit(4)
	for _, c := range callers {
		for _, e := range exchanges {
			g.Go(func() error {
				t.exchange(c, e)
				return nil
			})
		}
	}
	_ = g.Wait()
}

// exchange tries an exchange as one caller.
func (t *scimTrial) exchange(c caller, e exchange) {
	for _, f := range []*folder{&t.world.theirs, &t.world.sibling} {
		values := f.values()
		if strings.Contains(e.path+e.body, "cursor") {
			values = t.cursors[f]
		}
		if !c.thorough {
			values = values[:2] // that of a user and that of a group
		}
		for _, v := range values {
			if foreign, nothing := t.ask(c, e, v.foreign), t.ask(c, e, v.absent); foreign != nothing {
				t.Errorf("%s: %s: %q is told from %q:\n%s", c.name, e, v.foreign, v.absent, difference(foreign, nothing))
			}
		}
	}
	t.ask(c, e, "no id")
}

func (e exchange) String() string {
	return strings.Join([]string{e.method, e.path, e.header, e.body}, " ")
}

// scimVolatile is what differs between two answers to one change.
var scimVolatile = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[0-9:.]+Z|W/\\?"\d+\\?"|Content-Length:\[\d+\]`)

// ask returns what a client learns of a value.
func (t *scimTrial) ask(c caller, e exchange, value string) string {
	t.requests.Add(1)
	a := e.send(t.handler, &t.world.ours, c.secret, value)
	if leaks := a.leaks(value, &t.world.theirs, &t.world.sibling); len(leaks) > 0 {
		t.Errorf("%s: %s: %q: tells %v: %.600s", c.name, e, value, leaks, a.body)
	}
	switch {
	case !c.opens && a.status == http.StatusUnauthorized, c.opens && e.path == "/Me" && a.status == http.StatusNotImplemented:
	case !c.opens, a.status == http.StatusUnauthorized, a.status >= 500:
		t.Errorf("%s: %s: %q: %d %s", c.name, e, value, a.status, a.body)
	}
	t.undo(c, e, a)
	return scimVolatile.ReplaceAllString(a.text(value), "…")
}

var made = regexp.MustCompile(`"method":"POST"[^}]*"location":"` + location + `([^"]+)"`)

// undo deletes what was made, which must not be in the way of the next.
func (t *scimTrial) undo(c caller, e exchange, a answer) {
	if e.method != http.MethodPost || e.reads() {
		return
	}
	paths := []string{strings.TrimPrefix(a.header.Get("Location"), location)}
	for _, m := range made.FindAllStringSubmatch(a.body, -1) {
		paths = append(paths, m[1])
	}
	for _, p := range paths {
		if p != "" {
			exchange{method: "DELETE", path: p}.send(t.handler, &t.world.ours, c.secret, "")
		}
	}
}

var nextCursor = regexp.MustCompile(`"nextCursor":"([^"]+)"`)

// scimCursors are cursors of lists of a folder, each with one that is altered.
func scimCursors(t testing.TB, h http.Handler, f *folder, secret string) (all []pair) {
	t.Helper()
	for _, path := range []string{"/Users?count=1&cursor=", "/Groups?count=1&cursor="} {
		a := exchange{method: "GET", path: path}.send(h, f, secret, "")
		found := nextCursor.FindStringSubmatch(a.body)
		if found == nil {
			t.Fatalf("no cursor: %s", a.body)
		}
		altered := []byte(found[1])
		altered[len(altered)/2] ^= 1
		all = append(all, pair{found[1], string(altered)})
	}
	return all
}

// values are ids and names of a folder, each with one like it that is nobody's.
func (f *folder) values() []pair {
	var all []pair
	for _, id := range []uuid.UUID{f.user, f.group, f.manager, f.directory, f.key} {
		all = append(all, pair{id.String(), absent(id).String()})
	}
	for _, name := range []string{"-user", "-user-external", " manager", " user", " group", "-group", "-user@harbor.example"} {
		all = append(all, pair{f.mark + name, f.mark[:len(f.mark)-1] + "0" + name})
	}
	return all
}
