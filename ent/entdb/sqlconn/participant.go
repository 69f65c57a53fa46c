package sqlconn

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

var errHeldTooLong = errors.New("sqlconn: the transaction held the writer for too long and was rolled back")

// writerConn is a connection of the write pool. It has no connection of its own:
// its transactions are participants of the writer's groups.
type writerConn struct {
	w  *writer
	tx *participant
}

var _ driver.NamedValueChecker = (*writerConn)(nil)

func (c *writerConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if opts.ReadOnly || opts.Isolation != 0 && sql.IsolationLevel(opts.Isolation) != sql.LevelSerializable {
		return nil, fmt.Errorf("sqlconn: SQLite writes are serializable, nothing else")
	}
	if err := c.w.acquire(ctx); err != nil {
		return nil, err
	}
	g, err := c.w.join(ctx)
	if err != nil {
		c.w.release()
		return nil, err
	}
	m := &participant{w: c.w, group: g}
	m.timer = time.AfterFunc(c.w.file.cfg.IdleInTxTimeout, m.expire)
	c.tx = m
	return &participantTx{c: c, m: m}, nil
}

func (c *writerConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.tx == nil {
		return nil, ErrWriteOutsideTx
	}
	return c.tx.exec(ctx, query, args)
}

func (c *writerConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.tx == nil {
		return nil, ErrWriteOutsideTx
	}
	return c.tx.query(ctx, query, args)
}

func (c *writerConn) CheckNamedValue(*driver.NamedValue) error { return driver.ErrSkip }

func (c *writerConn) Prepare(query string) (driver.Stmt, error) { return prepare(c, query) }
func (c *writerConn) Begin() (driver.Tx, error)                 { return nil, driver.ErrSkip }
func (c *writerConn) Close() error                              { return nil }
func (c *writerConn) IsValid() bool                             { return c.tx == nil }
func (c *writerConn) ResetSession(context.Context) error        { return nil }

// participant is one transaction of a group. It has the writer's turn from its
// begin to its end.
type participant struct {
	w     *writer
	group *group
	timer *time.Timer

	mu    sync.Mutex // the timer may end the participant between its statements
	ended error      // why statements are refused; nil before the end
	rows  *participantRows
}

var errTxOver = errors.New("sqlconn: the transaction is over")

func (m *participant) exec(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended != nil {
		return nil, m.ended
	}
	res, err := m.w.conn.ExecContext(m.detachWrite(ctx, query), query, args)
	return res, m.checkGroup(err)
}

func (m *participant) query(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended != nil {
		return nil, m.ended
	}
	r, err := m.w.conn.QueryContext(m.detachWrite(ctx, query), query, args)
	if err != nil {
		return nil, m.checkGroup(err)
	}
	m.rows = &participantRows{rows: r.(*rows), m: m}
	return m.rows, nil
}

// detachWrite returns a context that does not cancel a write that has begun:
// SQLite would roll back the whole group and not the statement. Reads are
// cancelled.
func (m *participant) detachWrite(ctx context.Context, query string) context.Context {
	if ctx.Err() != nil || m.w.conn.knownReadOnly(query) {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// checkGroup checks whether a failed statement has ended the group's transaction.
// If so it aborts the group and releases the turn.
func (m *participant) checkGroup(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || m.w.alive() {
		return err
	}
	m.ended = &Error{Kind: e.Kind, Code: e.Code, cause: e}
	m.w.abort(err)
	m.w.release()
	return m.ended
}

// expire rolls the participant back because others wait for the writer.
func (m *participant) expire() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended == nil {
		m.ended = &Error{Kind: Timeout, cause: errHeldTooLong}
		m.rollback()
		m.w.release()
	}
}

// rollback undoes the writes of this participant and of no other.
func (m *participant) rollback() {
	m.closeRows()
	for _, query := range []string{"ROLLBACK TO feddir_participant", "RELEASE feddir_participant"} {
		if err := m.w.control(query); err != nil {
			m.w.abort(err)
			return
		}
	}
}

func (m *participant) closeRows() {
	if m.rows != nil {
		_ = m.rows.rows.Close()
		m.rows = nil
	}
}

// end ends the participant and its turn; keep says whether its writes stay. It
// returns the group to wait for, or nil if no participant has any writes in it.
func (m *participant) end(keep bool) (*group, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.timer.Stop()
	if m.ended != nil {
		return nil, m.ended // the turn was released already
	}
	m.ended = errTxOver
	m.closeRows()
	err := m.settle(keep)
	g := m.group
	if g.waiting == 0 {
		g = nil
	}
	m.w.release()
	return g, err
}

func (m *participant) settle(keep bool) error {
	if !keep {
		m.rollback()
		return nil
	}
	if m.w.violatesForeignKey() {
		m.rollback()
		return &Error{Kind: ForeignKey}
	}
	if err := m.w.control("RELEASE feddir_participant"); err != nil {
		m.w.abort(err)
		return classifySQLite(err)
	}
	m.group.waiting++
	return nil
}

type participantTx struct {
	c *writerConn
	m *participant
}

// Commit waits for the shared commit, whatever becomes of the caller.
func (t *participantTx) Commit() error {
	t.c.tx = nil
	g, err := t.m.end(true)
	if err != nil {
		return err
	}
	<-g.done
	return g.err
}

// Rollback waits for the group too if it has writes of others: this transaction
// may have read them, and its caller must not act on them before they are
// committed.
func (t *participantTx) Rollback() error {
	t.c.tx = nil
	if g, _ := t.m.end(false); g != nil {
		<-g.done
	}
	return nil
}

// participantRows is a result on the writer's connection.
type participantRows struct {
	*rows
	m *participant
}

func (r *participantRows) Next(dest []driver.Value) error {
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	if r.m.ended != nil {
		return r.m.ended
	}
	err := r.rows.Next(dest)
	if err != nil && err != io.EOF {
		r.m.closeRows()
		return r.m.checkGroup(err)
	}
	return err
}

func (r *participantRows) Close() error {
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	if r.m.rows == r {
		r.m.rows = nil
	}
	return r.rows.Close()
}
