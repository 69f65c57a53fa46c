package reliability_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"
)

// user is what its writer knows of a user. Nobody else changes it.
type user struct {
	name, id string
	known    state  // what was acknowledged
	pending  *write // what was sent and not answered
}

// writer makes one change after the other and notes what was acknowledged.
type writer struct {
	name    string
	graphQL bool
	eager   bool // takes a write for acknowledged as soon as it is sent
	random  *rand.Rand
	group   string
	users   []*user
	pending *write
	made    int // writes so far
}

// tally is what all writers met together.
type tally struct {
	acks, unavailable, cut atomic.Int64

	mu    sync.Mutex
	wrong []error // answers that should not have been given
}

func (n *tally) report(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.wrong = append(n.wrong, err)
}

// ledger is all writers, who change one directory together.
type ledger struct {
	tally
	group   string
	writers []*writer
}

func newLedger(group string, n int, eager bool) *ledger {
	l := &ledger{group: group}
	for i := range n {
		l.writers = append(l.writers, &writer{
			name: fmt.Sprintf("writer%d", i), graphQL: i%2 == 1, eager: eager, group: group,
			random: rand.New(rand.NewPCG(uint64(i), 0)),
		})
	}
	return l
}

// run lets all writers write until ctx ends, each to the servers in turn when
// one does not answer.
func (l *ledger) run(ctx context.Context, servers ...*client) {
	var work sync.WaitGroup
	for i, w := range l.writers {
		work.Go(func() { w.run(ctx, &l.tally, i, servers) })
	}
	work.Wait()
}

func (w *writer) run(ctx context.Context, n *tally, server int, servers []*client) {
	for ctx.Err() == nil {
		if w.pending == nil {
			w.pending = w.next()
		}
		server++ // the replicas take turns
		err := w.send(servers[server%len(servers)])
		var wrong *unexpected
		switch {
		case err == nil:
			n.acks.Add(1)
			continue
		case errors.As(err, &wrong) && wrong.answer.unavailable():
			n.unavailable.Add(1)
			if wrong.answer.retryAfter == "" {
				n.report(fmt.Errorf("no Retry-After: %w", err))
			}
		case wrong != nil:
			n.report(err)
			return
		default:
			n.cut.Add(1)
		}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// next decides what to do.
func (w *writer) next() *write {
	w.made++
	next := &write{key: fmt.Sprintf("%s-%d", w.name, w.made)}
	if n := w.random.IntN(10); n < 4 || len(w.users) < 3 {
		next.user = &user{name: fmt.Sprintf("%s.user%d", w.name, w.made)}
		w.users = append(w.users, next.user)
	} else {
		next.user = w.users[w.random.IntN(len(w.users))]
		next.kind = [...]kind{rename, rename, rename, join, join, remove}[n-4]
	}
	switch u := next.user; {
	case next.kind == create:
	case !u.known.exists || u.id == "": // deleted, or made in an answer that was lost
		return w.next()
	case next.kind == join && u.known.member:
		next.kind = leave
	}
	next.title = next.key
	next.user.pending = next
	return next
}

// send sends what is pending, and notes what it changed when that is known.
func (w *writer) send(c *client) error {
	next, sent := w.pending, false
	// Not the context of the run: what is cut off must be the server's doing.
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
		WroteRequest: func(i httptrace.WroteRequestInfo) { sent = i.Err == nil },
	})
	transmit := next.overSCIM
	if w.graphQL {
		transmit = next.overGraphQL
	}
	a, err := transmit(ctx, c, w.group)
	next.repeated = true
	if err == nil && !a.done() {
		err = &unexpected{next, a}
	}
	if err == nil {
		err = next.learn(a)
	}
	if err == nil || w.eager && sent {
		next.user.known, next.user.pending = next.after(next.user.known), nil
		w.pending = nil
	}
	return err
}
