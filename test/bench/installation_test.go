// Package bench measures the server as clients meet it: over HTTP, on a real
// listener, with real keys, on both databases. docs/figures.md has what came
// out and how to get it again.
package bench_test

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
)

// installation is a running server with one directory full of people.
type installation struct {
	people
	databaseURL string
	address     string // host and port it listens on
	handler     http.Handler
	operations  *graph.Operations
	scimKey     string
	apiKeys     []string
	spent       atomic.Int64 // points of the GraphQL budgets of the keys
	rate        int          // of SCIM requests that a key may send in a second, and at once; unlimited where it is 0
}

// unlimited is more requests a second than any key here can send: what is
// measured is the work, not what keys are allowed.
const unlimited = 1_000_000

// allowance is what one key may spend at once on GraphQL, in points.
const allowance = 9_000

// apiKey is a key that has the points left that an operation costs.
func (in *installation) apiKey(points int) string {
	spent := int(in.spent.Add(int64(points)))
	return in.apiKeys[spent/allowance%len(in.apiKeys)]
}

// addAPIKeys makes API keys, so that more can be asked than one may.
func (in *installation) addAPIKeys(t testing.TB, n int) {
	t.Helper()
	for range n {
		made, err := in.operations.CreateKey(viewer.WithOperator(context.Background()), model.CreateKeyInput{
			CompanyID: &in.company, Name: "app", Scopes: []viewer.Scope{viewer.ScopeRead, viewer.ScopeWrite},
		})
		check(t, err)
		in.apiKeys = append(in.apiKeys, *made.AccessToken)
	}
}

var databases = []string{"sqlite", "postgres"}

// databaseURL is the address of a fresh database. It is on a disk, so that a
// commit costs what it costs.
func databaseURL(t testing.TB, database string) string {
	t.Helper()
	if database == "postgres" {
		return pgtest.URL(t)
	}
	folder, err := os.MkdirTemp(scratch, "")
	check(t, err)
	return "sqlite:" + filepath.Join(folder, "feddir.db")
}

// scratch is removed, and what is in cleanups is called, when all is done.
var (
	scratch  string
	cleanups []func()
)

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "bench"); err != nil {
		panic(err)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(server.GCPercent) // as feddir serve does
	}
	code := m.Run()
	for _, f := range cleanups {
		f()
	}
	os.RemoveAll(scratch)
	os.Exit(code)
}

// install fills a fresh database and serves it until the process ends.
// Guard sees the statements; it may be nil.
func install(t testing.TB, database string, users int, groups []int, guard sqlconn.Guard) *installation {
	t.Helper()
	in := &installation{databaseURL: databaseURL(t, database)}
	in.people = fill(t, in.databaseURL, users, groups)
	in.serve(t, guard)
	return in
}

// serve serves a filled database until the process ends.
func (in *installation) serve(t testing.TB, guard sqlconn.Guard) {
	t.Helper()
	s, err := server.Open(context.Background(), server.Config{
		Listen: "127.0.0.1:0", Database: sqlconn.Config{URL: in.databaseURL, Guard: guard},
		Rate: cmp.Or(in.rate, unlimited), Burst: cmp.Or(in.rate, unlimited),
		Log: zerolog.New(io.Discard).With().Timestamp().Logger(), // a line for each request, as in production
	})
	check(t, err)
	in.address, in.handler = s.URL()[len("http://"):], s.Handler()
	in.operations = s.Operations()
	scim, err := in.operations.CreateKey(viewer.WithOperator(context.Background()), model.CreateKeyInput{DirectoryID: &in.directory, Name: "provider"})
	check(t, err)
	in.scimKey = *scim.AccessToken
	in.addAPIKeys(t, 1)

	running, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(running) }()
	cleanups = append(cleanups, func() { stop(); <-ended })
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// people are who is in a directory.
type people struct {
	company, directory uuid.UUID
	users              []uuid.UUID // in the order of their ids
	groups             []uuid.UUID // in the order asked for
}
