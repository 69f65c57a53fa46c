package sqlconn

import (
	"context"
	"database/sql/driver"
	"slices"
	"sync"
	"time"

	"modernc.org/sqlite"
)

// Bounds of a group: as many transactions share a commit as are waiting when
// their turn comes, but no more than these.
const (
	maxGroup     = 64
	maxGroupTime = 5 * time.Millisecond
	maxWaiting   = 256 // transactions open or waiting for their turn
)

// writer owns the one connection that writes a SQLite file. Transactions take
// turns on it; each is a savepoint within a shared transaction, the group. Who
// finishes hands over to the next in the queue; who finds the queue empty, or the
// group full, commits for all. A synchronous commit costs the same for one
// transaction as for sixty.
type writer struct {
	file  *sqliteFile
	stats *counters

	mu     sync.Mutex // guards held and queue
	held   bool
	queue  []chan struct{}
	closed bool

	// Below belongs to the holder of the turn.
	conn  *conn
	group *group
}

// group is a shared transaction. All its members succeed or fail with its commit.
type group struct {
	begun   time.Time
	members int
	waiting int           // members that released their savepoint
	done    chan struct{} // closed when err is set
	err     error
}

func newWriter(file *sqliteFile, stats *counters) *writer {
	return &writer{file: file, stats: stats}
}

func (w *writer) Driver() driver.Driver { return &sqlite.Driver{} }

func (w *writer) Connect(context.Context) (driver.Conn, error) { return &groupConn{w: w}, nil }

func (w *writer) open(ctx context.Context) error {
	c, err := w.file.connect(ctx, w.stats, "foreign_keys(1)")
	if err != nil {
		return err
	}
	c.inTx = true // it is only used within groups
	w.conn = c
	return nil
}

// take waits for the turn, first come first served.
func (w *writer) take(ctx context.Context) error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return &Error{Kind: Unavailable}
	}
	return w.enqueue(ctx)
}

// enqueue is called with mu locked, and unlocks it.
func (w *writer) enqueue(ctx context.Context) error {
	if !w.held {
		w.held = true
		w.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	w.queue = append(w.queue, turn)
	w.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		w.abandon(turn)
		return &Error{Kind: Canceled, cause: ctx.Err()}
	}
}

// abandon leaves the queue. If the turn came at the same moment, others wait for it.
func (w *writer) abandon(turn chan struct{}) {
	w.mu.Lock()
	i := slices.Index(w.queue, turn)
	if i >= 0 {
		w.queue = slices.Delete(w.queue, i, i+1)
	}
	w.mu.Unlock()
	if i < 0 {
		w.pass()
	}
}

// pass gives the turn away, committing the group first unless the next in the
// queue shall join it.
func (w *writer) pass() {
	if w.group != nil && !w.mayJoin() {
		w.finish()
	}
	if w.handOver() {
		return
	}
	// The queue was empty after all.
	if w.group != nil {
		w.finish()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) == 0 {
		w.held = false
		return
	}
	w.next()
}

func (w *writer) mayJoin() bool {
	return w.group.members < maxGroup && time.Since(w.group.begun) < maxGroupTime
}

func (w *writer) handOver() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) == 0 {
		return false
	}
	w.next()
	return true
}

func (w *writer) next() {
	turn := w.queue[0]
	w.queue = w.queue[1:]
	close(turn)
}

// join makes the holder of the turn a member of the group, beginning one if there
// is none.
func (w *writer) join(ctx context.Context) (*group, error) {
	if w.group == nil {
		if err := w.begin(ctx); err != nil {
			return nil, err
		}
	}
	if err := w.control("SAVEPOINT feddir_member"); err != nil {
		w.abort(err)
		return nil, classifySQLite(err)
	}
	w.group.members++
	return w.group, nil
}

func (w *writer) begin(ctx context.Context) error {
	if w.conn == nil {
		if err := w.open(ctx); err != nil {
			return err
		}
	}
	// The wait for another process may be cancelled; nothing has begun yet.
	if _, err := w.conn.raw.ExecContext(ctx, "BEGIN IMMEDIATE", nil); err != nil {
		err = w.conn.wrap(ctx, err)
		w.reset()
		return err
	}
	w.group = &group{begun: time.Now(), done: make(chan struct{})}
	return nil
}

// finish commits the group and tells its members.
func (w *writer) finish() {
	g := w.group
	if g.waiting == 0 {
		w.settle(w.control("ROLLBACK"))
		return
	}
	err := w.control("COMMIT")
	if err != nil {
		e := classifySQLite(err)
		if e.Kind == Storage {
			// The disk may hold the commit although writing it failed.
			e.Kind = UnknownOutcome
			w.stats.unknown.Add(uint64(g.waiting))
		}
		err = e
	} else {
		w.stats.group(g.waiting)
	}
	w.settle(err)
}

// abort ends a group whose transaction is lost. None of its members was told yet
// that it succeeded, so all of them may try again.
func (w *writer) abort(cause error) {
	w.settle(&Error{Kind: Conflict, cause: cause})
}

// settle tells the members what became of the group. After a failure the
// connection is replaced, so that no half-done state survives in it.
func (w *writer) settle(err error) {
	g := w.group
	w.group = nil
	g.err = err
	close(g.done)
	if err != nil {
		w.reset()
	}
}

func (w *writer) reset() {
	if w.conn != nil {
		_ = w.conn.Close()
		w.conn = nil
	}
}

// control runs transaction control, which no context may interrupt.
func (w *writer) control(query string) error {
	ctx := context.Background()
	s, err := w.conn.prepared(ctx, query, 0)
	if err != nil {
		return err
	}
	_, err = s.stmt.(driver.StmtExecContext).ExecContext(ctx, nil)
	return err
}

// alive reports whether the group's transaction survived a failed statement:
// SQLite rolls everything back when a write is interrupted, the disk is full or
// fails. BEGIN is refused inside a transaction and only there.
func (w *writer) alive() bool {
	err := w.control("BEGIN")
	e := classifySQLite(err)
	return err != nil && e.Kind == Internal
}

// unresolved reports whether the member leaves a deferred foreign key violated,
// which would fail the commit of all.
func (w *writer) unresolved() bool {
	status, ok := w.conn.raw.(sqlite.DBStatus)
	if !ok {
		return false
	}
	n, _, err := status.Status(sqlite.DBStatusDeferredFKs, false)
	return err == nil && n != 0
}

// close waits for the transactions that are open or queued; none are let in after.
// Closing again does nothing.
func (w *writer) close() error {
	w.mu.Lock()
	w.closed = true
	if err := w.enqueue(context.Background()); err != nil {
		return err
	}
	defer w.pass()
	if w.group != nil {
		w.finish()
	}
	if w.conn == nil {
		return nil
	}
	err := w.conn.Close()
	w.conn = nil
	return err
}
