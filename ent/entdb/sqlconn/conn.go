package sqlconn

import (
	"context"
	"database/sql/driver"
	"errors"
)

// ErrWriteOutsideTx refuses a statement that may write and is not part of a
// transaction that may: database/sql silently sends such a statement twice when the
// connection ends after the server ran it.
var ErrWriteOutsideTx = errors.New("sqlconn: a statement that may write needs a transaction that may write")

var (
	errRowsOpen   = errors.New("sqlconn: read the previous result of this transaction to its end first")
	errControlsTx = errors.New("sqlconn: transactions begin and end through the driver, not through statements")
)

// rawConn is the common interface of both drivers' connections.
type rawConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.Validator
	driver.SessionResetter
}

// conn is a physical connection with its statement cache. It is used by one
// goroutine at a time and has at most one result open.
type conn struct {
	raw      rawConn
	cache    *stmtCache
	guard    Guard
	stats    *counters
	local    bool                                            // prepared statements live in this process: cheap, and to be freed
	classify func(error) *Error                              // driver error → ours
	fatal    func(error) bool                                // the prepared statement must be dropped
	scope    func(context.Context) (context.Context, func()) // bounds one statement
	inTx     bool
	readTx   bool // and it may not write
	rowsOpen bool
	bad      bool // not to be used again
}

var _ driver.NamedValueChecker = (*conn)(nil)

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.check(ctx, query, args); err != nil {
		return nil, err
	}
	inner, done := c.scope(ctx)
	defer done()
	s, err := c.prepared(inner, query, len(args))
	var res driver.Result
	switch {
	case err != nil:
	case s == nil:
		res, err = c.raw.ExecContext(inner, query, args)
	default:
		res, err = s.stmt.(driver.StmtExecContext).ExecContext(inner, args)
	}
	if err != nil {
		return nil, c.failed(ctx, s, err)
	}
	return res, nil
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	left := allowanceFrom(ctx)
	if left != nil && left.Load() < 0 {
		return nil, ErrReadLimit
	}
	if err := c.check(ctx, query, args); err != nil {
		return nil, err
	}
	inner, done := c.scope(ctx)
	r, err := c.query(inner, query, args)
	if err != nil && !c.inTx && isStalePlan(err) {
		// The table changed under a prepared statement. Nothing was run, and
		// outside a transaction nothing is lost by preparing it again.
		r, err = c.query(inner, query, args)
	}
	if err != nil {
		done()
		return nil, c.wrap(ctx, err)
	}
	c.rowsOpen = true
	open := &rows{Rows: r, c: c, ctx: ctx, done: done, left: left}
	if c.inTx && c.readTx {
		return bufferRows(open)
	}
	return open, nil
}

func (c *conn) query(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.prepared(ctx, query, len(args))
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.raw.QueryContext(ctx, query, args)
	}
	r, err := s.stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		c.drop(s, err)
	}
	return r, err
}

// check fails if a statement may not be sent. It counts statements.
func (c *conn) check(ctx context.Context, query string, args []driver.NamedValue) error {
	switch {
	case c.rowsOpen:
		return errRowsOpen
	case (!c.inTx || c.readTx) && !c.knownReadOnly(query):
		return ErrWriteOutsideTx
	}
	control := controlOf(query)
	if control == boundaries {
		return errControlsTx
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if control == savepoint {
		return nil
	}
	if c.guard != nil {
		values := make([]any, len(args))
		for i, a := range args {
			values[i] = a.Value
		}
		if err := c.guard(ctx, query, values); err != nil {
			return err
		}
	}
	count(ctx)
	return nil
}

func (c *conn) knownReadOnly(query string) bool {
	if s := c.cache.get(query); s != nil {
		return s.readOnly
	}
	return readOnly(query)
}

// prepared returns the cached statement of a text, which it prepares if need be.
// It returns nil for a text that is not worth caching, such as one without
// arguments on PostgreSQL, which takes a single round trip anyway.
func (c *conn) prepared(ctx context.Context, query string, args int) (*cachedStmt, error) {
	if args == 0 && !c.local || len(query) > maxCachedText {
		return nil, nil
	}
	if s := c.cache.get(query); s != nil {
		c.stats.cacheHits.Add(1)
		return s, nil
	}
	c.stats.cacheMisses.Add(1)
	st, err := c.raw.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s := &cachedStmt{text: query, stmt: st, readOnly: readOnly(query)}
	if old := c.cache.put(s); old != nil {
		if err := old.stmt.Close(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (c *conn) failed(ctx context.Context, s *cachedStmt, err error) error {
	if s != nil {
		c.drop(s, err)
	}
	return c.wrap(ctx, err)
}

// drop removes a statement from the cache if its failure may lie in the prepared
// statement. It closes the server's copy too; if that fails, so does the
// connection.
func (c *conn) drop(s *cachedStmt, err error) {
	if c.fatal(err) {
		c.cache.remove(s)
		_ = s.stmt.Close()
	}
}

// wrap turns a driver's error into ours. If the context has ended the error is
// Canceled, whatever the driver says.
func (c *conn) wrap(ctx context.Context, err error) error {
	e := c.classify(err)
	if cause := ctx.Err(); cause != nil {
		switch e.Kind {
		case Timeout, Lost, Unavailable, Busy:
			return &Error{Kind: Canceled, cause: cause}
		}
	}
	e.inTx = c.inTx
	c.bad = c.bad || e.Kind == Unavailable // a demoted or stopping server
	return e
}

func (c *conn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.raw.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// Prepare returns a statement that goes through the connection, so that every
// check and the cache apply to it too.
func (c *conn) Prepare(query string) (driver.Stmt, error) { return prepare(c, query) }

func (c *conn) Begin() (driver.Tx, error) { return nil, driver.ErrSkip }

func (c *conn) Close() error {
	if c.local {
		for _, s := range c.cache.all() {
			_ = s.stmt.Close()
		}
	}
	return c.raw.Close()
}

func (c *conn) IsValid() bool { return c.raw.IsValid() && !c.rowsOpen && !c.bad }

func (c *conn) ResetSession(ctx context.Context) error { return c.raw.ResetSession(ctx) }

func (c *conn) Ping(ctx context.Context) error {
	inner, done := c.scope(ctx)
	defer done()
	if err := c.raw.Ping(inner); err != nil {
		return c.wrap(ctx, err)
	}
	return nil
}
