package sqlconn

import (
	"context"
	"database/sql/driver"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/lib/pq"
)

// cancelGrace is how long the cancellation of a statement, or a ROLLBACK, may
// take. After that the connection is closed, which rolls back too.
const cancelGrace = 3 * time.Second

// pgConn is a PostgreSQL connection.
type pgConn struct {
	conn
	net           net.Conn // below lib/pq and TLS
	expires       time.Time
	commitTimeout time.Duration
	committing    bool
	warned        bool // the server warned while committing
}

// scoped bounds a statement by its caller's context even when the server does
// not answer lib/pq's cancel request.
func (c *pgConn) scoped(ctx context.Context) (context.Context, func()) {
	if ctx.Done() == nil {
		return ctx, func() {}
	}
	var mu sync.Mutex
	ended, limited := false, false
	stop := context.AfterFunc(ctx, func() {
		mu.Lock()
		defer mu.Unlock()
		if !ended {
			limited = true
			_ = c.net.SetDeadline(time.Now().Add(cancelGrace))
		}
	})
	return ctx, func() {
		if stop() {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		ended = true
		if limited {
			_ = c.net.SetDeadline(time.Time{})
		}
	}
}

func (c *pgConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	// lib/pq watches this context until COMMIT is answered, and would cancel even
	// that: a cancelled wait for a synchronous standby counts as success.
	inner, done := c.scoped(ctx)
	tx, err := c.raw.BeginTx(context.WithoutCancel(inner), opts)
	done()
	if pq.As(err, "0A000") != nil { // BEGIN READ WRITE on a standby
		c.bad = true
		return nil, &Error{Kind: Unavailable, Code: "0A000", cause: err}
	}
	if err != nil {
		return nil, c.wrap(ctx, err)
	}
	c.inTx, c.readTx = true, opts.ReadOnly
	return &pgTx{c: c, inner: tx}, nil
}

func (c *pgConn) IsValid() bool { return c.conn.IsValid() && time.Now().Before(c.expires) }

// notice receives notices of the server. A warning at COMMIT means that the
// transaction is committed here but may not be on the synchronous standby.
func (c *pgConn) notice(n *pq.Error) {
	if c.committing && n.Code.Class() != "00" {
		c.warned = true
	}
}

type pgTx struct {
	c     *pgConn
	inner driver.Tx
}

func (t *pgTx) Commit() error {
	c := t.c
	c.inTx = false
	if !c.raw.IsValid() {
		return &Error{Kind: Lost, cause: driver.ErrBadConn, inTx: true} // COMMIT is not sent
	}
	c.committing, c.warned = true, false
	_ = c.net.SetDeadline(time.Now().Add(c.commitTimeout))
	err := t.inner.Commit()
	_ = c.net.SetDeadline(time.Time{})
	c.committing = false
	switch {
	case err == nil && !c.warned:
		return nil
	case errors.Is(err, pq.ErrInFailedTransaction):
		return &Error{Kind: Internal, cause: err} // rolled back
	case pq.As(err) != nil:
		return classifyPostgres(err) // the server refused; rolled back
	}
	c.stats.unknown.Add(1)
	return &Error{Kind: UnknownOutcome, cause: err}
}

func (t *pgTx) Rollback() error {
	c := t.c
	c.inTx = false
	_ = c.net.SetDeadline(time.Now().Add(cancelGrace))
	err := t.inner.Rollback()
	_ = c.net.SetDeadline(time.Time{})
	if err != nil {
		return classifyPostgres(err)
	}
	return nil
}
