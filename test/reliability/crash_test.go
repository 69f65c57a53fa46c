package reliability_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

const writers = 8

// restartWithin is how soon after a crash the first request is answered, by a
// machine that is not busy with something else.
const restartWithin = 5 * time.Second

// D1: what was acknowledged survives kill -9 of the server, at any moment.
func TestAcknowledgedWritesSurviveKill(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		in := onSQLite(t)
		survive(t, in, kills(t, 8))
		if verdict := ask[string](t, in.open(t), "PRAGMA integrity_check"); verdict != "ok" {
			t.Errorf("the file is damaged: %s", verdict)
		}
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		survive(t, onPostgres(t), kills(t, 5))
	})
}

func survive(t *testing.T, in *installation, kills int) {
	c := newCrash(t, in, false)
	for range kills {
		c.round(t)
		c.ledger.check(t, c.restart(t))
	}
	c.server.kill()
	checkChanges(t, in)
	slices.Sort(c.restarts)
	if quickest := c.restarts[0]; quickest > restartWithin {
		t.Errorf("the first request after a restart is answered after %v at best", quickest)
	}
	t.Logf("%d kills, %d writes acknowledged, %d cut off; up again after %v",
		kills, c.ledger.acks.Load(), c.ledger.cut.Load(), c.restarts)
}

// Whoever takes a write for done before it was answered must lose some:
// otherwise the test above could see no loss.
func TestLossIsNoticed(t *testing.T) {
	t.Parallel()
	const enough = 100
	c := newCrash(t, onSQLite(t), true)
	for n := 1; n <= enough; n++ {
		c.round(t)
		if lost := c.ledger.lost(c.restart(t)); len(lost) > 0 {
			t.Logf("%d lost after %d kills and %d writes", len(lost), n, c.ledger.acks.Load())
			return
		}
	}
	t.Errorf("%d kills and no loss is seen", enough)
}

// crash is a server that is killed again and again, and who writes to it.
type crash struct {
	in       *installation
	server   *process
	client   *client
	ledger   *ledger
	restarts []time.Duration // how long each took
}

func newCrash(t testing.TB, in *installation, eager bool) *crash {
	t.Helper()
	c := &crash{in: in, server: serve(t, in.database)}
	c.client = newClient(t, in, c.server.url)
	group := c.client.newGroup(t, "Crew")
	c.ledger = newLedger(group, writers, eager)
	return c
}

// round writes and kills the server in the middle of it.
func (c *crash) round(t testing.TB) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	before := c.ledger.acks.Load()
	finished := make(chan struct{})
	go func() {
		c.ledger.run(ctx, c.client)
		close(finished)
	}()
	eventually(t, "the first write", func() bool { return c.ledger.acks.Load() > before })
	<-time.After(80*time.Millisecond + rand.N(320*time.Millisecond))
	c.server.kill()
	stop()
	<-finished
}

// restart starts the server again and returns what it holds.
func (c *crash) restart(t testing.TB) found {
	t.Helper()
	start := time.Now()
	c.server = serve(t, c.in.database)
	c.client = newClient(t, c.in, c.server.url)
	must(t)(c.client.scim(t.Context(), "GET", "/Users?count=1", nil))
	c.restarts = append(c.restarts, time.Since(start))
	return c.client.read(t, c.ledger.group)
}
