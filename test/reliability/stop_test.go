package reliability_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// A1: under load a server that is told to stop first says so, answers what it
// is asked meanwhile, and ends. Clients that go by /readyz notice nothing.
func TestStopUnderLoad(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string]func(testing.TB) *installation{"sqlite": onSQLite, "postgres": onPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			delay := 500 * time.Millisecond
			for !stopsUnderLoad(t, fresh(t), delay) {
				delay *= 4
			}
		})
	}
}

// stopsUnderLoad stops a server while clients write. It is false when this
// machine kept them from noticing before the delay was over.
func stopsUnderLoad(t *testing.T, in *installation, delay time.Duration) bool {
	t.Helper()
	server := serve(t, in.database, "--drain-delay", delay.String())
	c := newClient(t, in, server.url)
	l := newLedger(c.newGroup(t, "Crew"), writers, false)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	finished := make(chan struct{})
	go func() {
		l.run(ctx, c)
		close(finished)
	}()
	eventually(t, "writes", func() bool { return l.acks.Load() > 50 })
	stopped := time.Now()
	server.terminate(t)
	eventually(t, "/readyz refusing", func() bool { return c.status("/readyz") != http.StatusNoContent })
	stop()
	<-finished
	c.http.CloseIdleConnections() // one that was never used would be waited for
	inTime := time.Since(stopped) < delay
	if code := server.exit(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if !inTime {
		return false
	}
	if cut, refused := l.cut.Load(), l.unavailable.Load(); cut+refused > 0 {
		t.Errorf("of %d requests %d were cut off and %d refused", l.acks.Load(), cut, refused)
	}
	l.check(t, newClient(t, in, serve(t, in.database).url).read(t, l.group))
	return true
}

// What is being worked on when the server is told to stop is finished, and so
// is what it has only in memory.
func TestStopFinishesWhatItBegan(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, in *installation) {
		for attempt := 1; !finishesWhatItBegan(t, in, fmt.Sprint("ada", attempt)); attempt++ {
			if attempt == 5 {
				t.Fatal("this machine takes too long to stop a server")
			}
		}
	})
}

// finishesWhatItBegan stops a server whose clients wait. It is false when that
// took longer than the server lets them wait.
func finishesWhatItBegan(t *testing.T, in *installation, userName string) bool {
	t.Helper()
	server := serveMetrics(t, in.database)
	c := newClient(t, in, server.url)
	user := id(t, must(t)(c.scim(t.Context(), "POST", "/Users", person(userName))))
	release := lock(t, in)
	c.agent = "the last client of " + userName
	const waiting = 8
	began, answered := time.Now(), make(chan []request)
	go func() {
		answered <- atOnce(times(waiting, func(int) (*answer, error) {
			return c.scim(t.Context(), "PATCH", "/Users/"+user, patch("replace", "title", "Harbour master"))
		}))
	}()
	eventually(t, "requests in flight", func() bool { return server.metric(t, "feddir_http_requests_in_flight") == waiting })
	server.terminate(t)
	eventually(t, "the closed listener", func() bool { return refused(server) })
	release()
	requests := <-answered
	if time.Since(began) > 5*time.Second && slices.ContainsFunc(requests, func(r request) bool { return r.answer != nil && r.answer.unavailable() }) {
		return false
	}
	for _, r := range requests {
		must(t)(r.answer, r.err)
	}
	if code := server.exit(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	const used = "SELECT last_used_agent FROM keys WHERE kind = 'DIRECTORY'"
	if agent := ask[string](t, in.open(t), used); agent != c.agent {
		t.Errorf("the key was last used by %q, want %q", agent, c.agent)
	}
	return true
}

// lock keeps every user from being written until it is released.
func lock(t testing.TB, in *installation) (release func()) {
	t.Helper()
	conn, err := in.open(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	statement := "BEGIN; SELECT 1 FROM users FOR UPDATE"
	if strings.HasPrefix(in.database, "sqlite:") {
		statement = "BEGIN IMMEDIATE"
	}
	if _, err := conn.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
			t.Error(err)
		}
		conn.Close()
	}
}

// refused reports whether the server takes no connections any more.
func refused(p *process) bool {
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err == nil {
		conn.Close()
	}
	return err != nil
}

// Of two servers on one database one stops; clients that go to the other when
// they are not answered lose nothing and get no wrong answer.
func TestOneOfTwoReplicasStops(t *testing.T) {
	t.Parallel()
	in := onPostgres(t)
	stopping, staying := serve(t, in.database), serve(t, in.database)
	c := newClient(t, in, staying.url)
	l := newLedger(c.newGroup(t, "Crew"), writers, false)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	finished := make(chan struct{})
	go func() {
		l.run(ctx, newClient(t, in, stopping.url), c)
		close(finished)
	}()
	eventually(t, "writes", func() bool { return l.acks.Load() > 100 })
	stopping.terminate(t)
	if code := stopping.exit(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	before := l.acks.Load()
	eventually(t, "writes to the other", func() bool { return l.acks.Load() > before+100 })
	stop()
	<-finished
	if n := l.unavailable.Load(); n > 0 {
		t.Errorf("%d requests were refused", n)
	}
	l.check(t, c.read(t, l.group))
	checkChanges(t, in)
	t.Logf("%d writes acknowledged, %d sent again", l.acks.Load(), l.cut.Load())
}

// status returns the status of a path that needs no key, 0 when there is none.
func (c *client) status(path string) int {
	resp, err := c.http.Get(c.base + path)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}
