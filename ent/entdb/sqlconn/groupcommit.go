package sqlconn

import (
	"context"
	"database/sql/driver"
	"slices"
	"sync"
	"time"

	"modernc.org/sqlite"
)

// These bound a group. Otherwise all waiting transactions share a commit.
const (
	maxGroup     = 64
	maxGroupTime = 5 * time.Millisecond
	maxWaiting   = 256 // transactions open or waiting for their turn
)

// writer owns the one connection that writes a SQLite file. Transactions take
// turns on it; each has a savepoint within a shared transaction, the group. A
// participant that ends wakes the next in the queue; if the queue is empty or the
// group full, it commits for all. A synchronous commit costs the same for one
// transaction as for sixty.
type writer struct {
	file  *sqliteFile
	stats *counters

	mu     sync.Mutex // guards held and queue
	busy   bool
	queue  []chan struct{}
	closed bool

	// Below belongs to the holder of the turn.
	conn  *conn
	group *group
}

// group is a shared transaction. All its participants succeed or fail with its
// commit.
type group struct {
	begun        time.Time
	participants int
	waiting      int           // participants that released their savepoint
	done         chan struct{} // closed when err is set
	err          error
}

func newWriter(file *sqliteFile, stats *counters) *writer {
	return &writer{file: file, stats: stats}
}

func (w *writer) Driver() driver.Driver { return &sqlite.Driver{} }

func (w *writer) Connect(context.Context) (driver.Conn, error) { return &writerConn{w: w}, nil }

func (w *writer) open(ctx context.Context) error {
	c, err := w.file.connect(ctx, w.stats, "foreign_keys(1)")
	if err != nil {
		return err
	}
	c.inTx = true // it is only used within groups
	w.conn = c
	return nil
}

// acquire waits for the turn. Turns are given in the order of the calls.
func (w *writer) acquire(ctx context.Context) error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return &Error{Kind: Unavailable}
	}
	return w.enqueue(ctx)
}

// enqueue is called with mu locked, and unlocks it.
func (w *writer) enqueue(ctx context.Context) error {
	if !w.busy {
		w.busy = true
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

// abandon leaves the queue. If the turn came at the same moment it is released.
func (w *writer) abandon(turn chan struct{}) {
	w.mu.Lock()
	i := slices.Index(w.queue, turn)
	if i >= 0 {
		w.queue = slices.Delete(w.queue, i, i+1)
	}
	w.mu.Unlock()
	if i < 0 {
		w.release()
	}
}

// release gives the turn to the next in the queue. It commits the group first
// unless the next can join it.
func (w *writer) release() {
	if w.group != nil && !w.hasRoom() {
		w.commit()
	}
	if w.wakeNext() {
		return
	}
	// The queue was empty after all.
	if w.group != nil {
		w.commit()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) == 0 {
		w.busy = false
		return
	}
	w.wakeFirst()
}

func (w *writer) hasRoom() bool {
	return w.group.participants < maxGroup && time.Since(w.group.begun) < maxGroupTime
}

func (w *writer) wakeNext() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) == 0 {
		return false
	}
	w.wakeFirst()
	return true
}

func (w *writer) wakeFirst() {
	turn := w.queue[0]
	w.queue = w.queue[1:]
	close(turn)
}

// join makes the holder of the turn a participant of the group. It begins a group
// if there is none.
func (w *writer) join(ctx context.Context) (*group, error) {
	if w.group == nil {
		if err := w.begin(ctx); err != nil {
			return nil, err
		}
	}
	if err := w.control("SAVEPOINT feddir_participant"); err != nil {
		w.abort(err)
		return nil, classifySQLite(err)
	}
	w.group.participants++
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

// commit commits the group and wakes its participants.
func (w *writer) commit() {
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
		w.stats.commits.Add(1)
		w.stats.grouped.Add(uint64(g.waiting))
	}
	w.settle(err)
}

// abort ends a group whose transaction is lost. No participant was acknowledged
// yet, so all of them may try again.
func (w *writer) abort(cause error) {
	w.settle(&Error{Kind: Conflict, cause: cause})
}

// settle ends the group with the outcome of its commit. After a failure the
// connection is replaced, so that it keeps no half-done state.
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

// violatesForeignKey reports whether a participant violates a deferred foreign
// key, which would make the commit of all fail.
func (w *writer) violatesForeignKey() bool {
	status, ok := w.conn.raw.(sqlite.DBStatus)
	if !ok {
		return false
	}
	n, _, err := status.Status(sqlite.DBStatusDeferredFKs, false)
	return err == nil && n != 0
}

// close waits for open and queued transactions and refuses later ones. Closing
// again does nothing.
func (w *writer) close() error {
	w.mu.Lock()
	w.closed = true
	if err := w.enqueue(context.Background()); err != nil {
		return err
	}
	defer w.release()
	if w.group != nil {
		w.commit()
	}
	if w.conn == nil {
		return nil
	}
	err := w.conn.Close()
	w.conn = nil
	return err
}
