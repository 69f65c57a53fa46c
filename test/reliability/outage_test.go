package reliability_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/entdb/pgtest"
)

// slack is by how much the goroutines of an idle server vary.
const slack = 8

// The server lives on when PostgreSQL is killed under it: it loses nothing
// that was acknowledged, and works again when the database does.
func TestServerSurvivesKilledDatabase(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes a database away and brings it back")
	}
	t.Parallel()
	cluster := pgtest.Start(t)
	in := install(t, cluster.URL(t))
	server := serveMetrics(t, in.database)
	c := newClient(t, in, server.url)
	l := newLedger(c.newGroup(t, "Crew"), writers, false)
	idle := settled(t, server, c)

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	finished := make(chan struct{})
	go func() {
		l.run(ctx, c)
		close(finished)
	}()
	const outages = 2
	for range outages {
		before := l.acks.Load()
		eventually(t, "writes", func() bool { return l.acks.Load() > before+100 })
		cluster.Kill(t)
		cluster.Resume(t)
	}
	before := l.acks.Load()
	eventually(t, "writes after the outages", func() bool { return l.acks.Load() > before+100 })
	stop()
	<-finished
	l.check(t, c.read(t, l.group))
	if n := l.cut.Load(); n > 0 {
		t.Errorf("%d connections were cut", n)
	}
	checkChanges(t, in)
	eventually(t, "as few goroutines as before", func() bool { return settled(t, server, c) <= idle+slack })
	t.Logf("%d outages, %d writes acknowledged, %d told to come back", outages, l.acks.Load(), l.unavailable.Load())
}

// settled returns the goroutines of the server without those of c's connections.
func settled(t testing.TB, p *process, c *client) int {
	t.Helper()
	c.http.CloseIdleConnections()
	http.DefaultClient.CloseIdleConnections()
	return p.metric(t, "go_goroutines")
}

// A3: without its database the server says so and waits; it needs no restart.
func TestDatabaseGoneAndBack(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes a database away and brings it back")
	}
	t.Parallel()
	cluster := pgtest.Start(t)
	in := install(t, cluster.URL(t))
	server := serveMetrics(t, in.database)
	c := newClient(t, in, server.url)
	group := c.newGroup(t, "Crew")
	allDone(t, everyKind(t.Context(), c, group))
	idle := settled(t, server, c)
	eventually(t, "alive", func() bool { return c.status("/livez") == 204 })
	eventually(t, "ready", func() bool { return c.status("/readyz") == 204 })
	cluster.Halt(t)
	best := patience
	for range 3 { // the machine may be busy
		if best = min(best, refusedAll(t, everyKind(t.Context(), c, group))); best <= 12*time.Second {
			break
		}
	}
	if best > 12*time.Second {
		t.Errorf("without a database requests take %v at best", best)
	}
	if live, ready := c.status("/livez"), c.status("/readyz"); live != 204 || ready != 503 {
		t.Errorf("without a database: live %d, ready %d", live, ready)
	}
	cluster.Resume(t)
	eventually(t, "ready again", func() bool { return c.status("/readyz") == 204 })
	allDone(t, everyKind(t.Context(), c, group))
	eventually(t, "as few goroutines as before", func() bool { return settled(t, server, c) <= idle+slack })
}

// refusedAll sends requests that must be told to come back later, and returns
// how long that took.
func refusedAll(t *testing.T, requests []request) (slowest time.Duration) {
	t.Helper()
	for _, r := range atOnce(requests) {
		if r.err != nil {
			t.Fatalf("%s: %v", r.what, r.err)
		}
		if a := r.answer; !a.unavailable() || a.retryAfter == "" {
			t.Errorf("%s without a database: %d, Retry-After %q: %s", r.what, a.status, a.retryAfter, a.body)
		}
		slowest = max(slowest, r.took)
	}
	return slowest
}

// request is one that can be sent, and what became of it.
type request struct {
	what   string
	send   func() (*answer, error)
	answer *answer
	err    error
	took   time.Duration
}

// atOnce sends all requests at the same time.
func atOnce(requests []request) []request {
	start := time.Now()
	done := make(chan struct{})
	for i := range requests {
		go func() {
			r := &requests[i]
			r.answer, r.err = r.send()
			r.took = time.Since(start)
			done <- struct{}{}
		}()
	}
	for range requests {
		<-done
	}
	return requests
}

// allDone sends all requests at the same time, and fails when one is not served.
func allDone(t testing.TB, requests []request) {
	t.Helper()
	for _, r := range atOnce(requests) {
		if r.err != nil || !r.answer.done() {
			t.Errorf("%s: %+v, %v", r.what, r.answer, r.err)
		}
	}
}

// everyKind is a reading and a writing request of either protocol, each several times.
func everyKind(ctx context.Context, c *client, group string) []request {
	var all []request
	for range 4 {
		all = append(all,
			request{what: "reading over SCIM", send: func() (*answer, error) { return c.scim(ctx, "GET", "/Groups/"+group, nil) }},
			request{what: "listing over SCIM", send: func() (*answer, error) { return c.scim(ctx, "GET", "/Users", nil) }},
			request{what: "writing over SCIM", send: func() (*answer, error) {
				return c.scim(ctx, "PATCH", "/Groups/"+group, patch("replace", "externalId", "x"))
			}},
			request{what: "reading over GraphQL", send: func() (*answer, error) {
				return c.graphQL(ctx, `query($id: ID!) { group(by: {id: $id}) { displayName } }`, map[string]any{"id": group}, "")
			}},
			request{what: "writing over GraphQL", send: func() (*answer, error) {
				return c.graphQL(ctx, `mutation($id: ID!) { updateGroup(input: {id: $id, patch: {externalId: "x"}}) { group { id } } }`, map[string]any{"id": group}, "")
			}},
		)
	}
	return all
}
