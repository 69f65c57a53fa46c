package reliability_test

import (
	"database/sql"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// faults are all ways in which the database's answer is lost.
var faults = []fault{
	{at: beforeCommit}, {at: beforeCommit, reset: true},
	{at: commitUnheard}, {at: commitUnheard, reset: true},
	{at: commitUnanswered}, {at: commitUnanswered, reset: true},
}

// lossy is a server that loses its database's answers.
type lossy struct {
	*client
	proxy    *proxy
	db       *sql.DB // beside the proxy
	counting string  // the query of the census
	names    int
}

func newLossy(t *testing.T) *lossy {
	t.Helper()
	in := onPostgres(t)
	p, inside := through(t, in)
	return &lossy{client: newClient(t, in, serve(t, inside.database).url), proxy: p, db: in.open(t)}
}

// name returns a new name.
func (l *lossy) name() string {
	l.names++
	return fmt.Sprintf("name%d", l.names)
}

func (l *lossy) user(t testing.TB) string {
	t.Helper()
	return id(t, must(t)(l.scim(t.Context(), "POST", "/Users", person(l.name()))))
}

func (l *lossy) group(t testing.TB, members ...string) string {
	t.Helper()
	return l.newGroup(t, l.name(), members...)
}

// folded are the tables that are written apart from requests.
var folded = []string{"feeds", "directory_counts", "request_records", "provisioning_cycles", "directory_healths", "user_values"}

// census counts the rows of every table, and changes by what they are.
func (l *lossy) census(t testing.TB) map[string]int {
	t.Helper()
	if l.counting == "" {
		l.counting = "SELECT 'change ' || resource_type || ' ' || kind, count(*) FROM changes GROUP BY 1"
		tables := ask[string](t, l.db, "SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public'")
		for table := range strings.SplitSeq(tables, ",") {
			rows := fmt.Sprintf("%q", table)
			if table == "directories" { // one that is deleted is purged at any moment from then on
				rows += " WHERE state <> 'DELETING'"
			}
			if !slices.Contains(folded, table) {
				l.counting += fmt.Sprintf(" UNION ALL SELECT '%s', count(*) FROM %s", table, rows)
			}
		}
	}
	rows, err := l.db.Query(l.counting)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	counted := map[string]int{}
	for rows.Next() {
		var what string
		var n int
		if err := rows.Scan(&what, &n); err != nil {
			t.Fatal(err)
		}
		counted[what] = n
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return counted
}

// effect returns by how much f moves the census.
func (l *lossy) effect(t testing.TB, f func()) map[string]int {
	t.Helper()
	before := l.census(t)
	f()
	moved := l.census(t)
	for what := range moved {
		moved[what] -= before[what]
	}
	maps.DeleteFunc(moved, func(_ string, n int) bool { return n == 0 })
	return moved
}

// attempt is one request, which a client sends again when it is told to.
type attempt struct {
	send     func() (*answer, error)
	repeated func(*answer) bool // whether the answer to a repetition says that it is done
}

// D4: whatever answer of the database is lost, a request that is repeated as
// its client would repeat it has its effect once. prepare makes what the
// request needs.
func (l *lossy) once(t *testing.T, prepare func() attempt) {
	undisturbed := prepare()
	want := l.effect(t, func() { must(t)(undisturbed.send()) })
	if want["changes"] == 0 {
		t.Fatalf("no change is recorded: %v", want)
	}
	for _, f := range faults {
		request := prepare()
		got := l.effect(t, func() {
			l.proxy.armed.Store(&f)
			a, err := request.send()
			if l.proxy.armed.Swap(nil) != nil {
				t.Fatalf("%s was not reached", f.at)
			}
			if err != nil {
				t.Fatalf("%s: %v", f.at, err)
			}
			if a.done() {
				return
			}
			if !a.unavailable() || a.retryAfter == "" || f.at == beforeCommit {
				t.Errorf("%s (reset: %v) is answered with %d, Retry-After %q: %s", f.at, f.reset, a.status, a.retryAfter, a.body)
			}
			if a, err = request.send(); err != nil || !request.repeated(a) {
				t.Errorf("%s (reset: %v): the repetition is answered with %+v, %v", f.at, f.reset, a, err)
			}
		})
		if !maps.Equal(got, want) {
			t.Errorf("%s (reset: %v) has the effect %v, want %v", f.at, f.reset, got, want)
		}
	}
}

// repeatedSCIM says what a repetition over SCIM may be answered with: a
// create finds the name taken and a removal finds nothing, when the first one
// happened.
func repeatedSCIM(method string) func(*answer) bool {
	return func(a *answer) bool {
		switch method {
		case http.MethodPost:
			return a.done() || a.status == http.StatusConflict && a.code == "uniqueness"
		case http.MethodDelete:
			return a.done() || a.status == http.StatusNotFound
		}
		return a.done()
	}
}
