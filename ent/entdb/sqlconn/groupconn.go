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

// groupConn is a connection of the write pool: a place in the queue for the
// writer, nothing more.
type groupConn struct {
	w  *writer
	tx *member
}

var _ driver.NamedValueChecker = (*groupConn)(nil)

func (c *groupConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if opts.ReadOnly || opts.Isolation != 0 && sql.IsolationLevel(opts.Isolation) != sql.LevelSerializable {
		return nil, fmt.Errorf("sqlconn: SQLite writes are serializable, nothing else")
	}
	if err := c.w.take(ctx); err != nil {
		return nil, err
	}
	g, err := c.w.join(ctx)
	if err != nil {
		c.w.pass()
		return nil, err
	}
	m := &member{w: c.w, group: g}
	m.timer = time.AfterFunc(c.w.file.cfg.IdleInTxTimeout, m.expire)
	c.tx = m
	return &groupTx{c: c, m: m}, nil
}

func (c *groupConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.tx == nil {
		return nil, ErrWriteOutsideTx
	}
	return c.tx.exec(ctx, query, args)
}

func (c *groupConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.tx == nil {
		return nil, ErrWriteOutsideTx
	}
	return c.tx.query(ctx, query, args)
}

func (c *groupConn) CheckNamedValue(*driver.NamedValue) error { return driver.ErrSkip }

func (c *groupConn) Prepare(query string) (driver.Stmt, error) { return prepare(c, query) }
func (c *groupConn) Begin() (driver.Tx, error)                 { return nil, driver.ErrSkip }
func (c *groupConn) Close() error                              { return nil }
func (c *groupConn) IsValid() bool                             { return c.tx == nil }
func (c *groupConn) ResetSession(context.Context) error        { return nil }

// member is one transaction of a group, from the turn it was given to the turn it
// gives away.
type member struct {
	w     *writer
	group *group
	timer *time.Timer

	mu   sync.Mutex // the timer may end the member between its statements
	over error      // why no more statements are taken
	rows *groupRows
}

var errTxOver = errors.New("sqlconn: the transaction is over")

func (m *member) exec(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.over != nil {
		return nil, m.over
	}
	res, err := m.w.conn.ExecContext(m.shield(ctx, query), query, args)
	return res, m.survive(err)
}

func (m *member) query(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.over != nil {
		return nil, m.over
	}
	r, err := m.w.conn.QueryContext(m.shield(ctx, query), query, args)
	if err != nil {
		return nil, m.survive(err)
	}
	m.rows = &groupRows{rows: r.(*rows), m: m}
	return m.rows, nil
}

// shield keeps the caller's cancellation from a write that has begun: SQLite
// would roll back the whole group, not the statement. A read may be interrupted.
func (m *member) shield(ctx context.Context, query string) context.Context {
	if ctx.Err() != nil || m.w.conn.knownReadOnly(query) {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// survive looks whether the group's transaction outlived a failed statement, and
// ends the group and the member's turn if not.
func (m *member) survive(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || m.w.alive() {
		return err
	}
	m.over = &Error{Kind: e.Kind, Code: e.Code, cause: e}
	m.w.abort(err)
	m.w.pass()
	return m.over
}

// expire rolls the member back because others wait for the writer.
func (m *member) expire() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.over == nil {
		m.over = &Error{Kind: Timeout, cause: errHeldTooLong}
		m.undo()
		m.w.pass()
	}
}

// undo takes back what the member did and leaves the others' work alone.
func (m *member) undo() {
	m.closeRows()
	for _, query := range []string{"ROLLBACK TO feddir_member", "RELEASE feddir_member"} {
		if err := m.w.control(query); err != nil {
			m.w.abort(err)
			return
		}
	}
}

func (m *member) closeRows() {
	if m.rows != nil {
		_ = m.rows.rows.Close()
		m.rows = nil
	}
}

// leave ends the member and its turn, keeping its work if keep is set, and
// returns the group whose fate it shares, or nil when it shares none.
func (m *member) leave(keep bool) (*group, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.timer.Stop()
	if m.over != nil {
		return nil, m.over // the turn is another's already
	}
	m.over = errTxOver
	m.closeRows()
	err := m.settle(keep)
	g := m.group
	if g.waiting == 0 {
		g = nil
	}
	m.w.pass()
	return g, err
}

func (m *member) settle(keep bool) error {
	if !keep {
		m.undo()
		return nil
	}
	if m.w.unresolved() {
		m.undo()
		return &Error{Kind: ForeignKey}
	}
	if err := m.w.control("RELEASE feddir_member"); err != nil {
		m.w.abort(err)
		return classifySQLite(err)
	}
	m.group.waiting++
	return nil
}

type groupTx struct {
	c *groupConn
	m *member
}

// Commit waits for the shared commit, whatever becomes of the caller.
func (t *groupTx) Commit() error {
	t.c.tx = nil
	g, err := t.m.leave(true)
	if err != nil {
		return err
	}
	<-g.done
	return g.err
}

// Rollback waits too when others came before: what this transaction read, and may
// have been refused for, is not in the database before they are.
func (t *groupTx) Rollback() error {
	t.c.tx = nil
	if g, _ := t.m.leave(false); g != nil {
		<-g.done
	}
	return nil
}

// groupRows reads a result on the writer's connection.
type groupRows struct {
	*rows
	m *member
}

func (r *groupRows) Next(dest []driver.Value) error {
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	if r.m.over != nil {
		return r.m.over
	}
	err := r.rows.Next(dest)
	if err != nil && err != io.EOF {
		r.m.closeRows()
		return r.m.survive(err)
	}
	return err
}

func (r *groupRows) Close() error {
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	if r.m.rows == r {
		r.m.rows = nil
	}
	return r.rows.Close()
}
