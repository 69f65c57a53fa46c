package sqlconn

import (
	"context"
	"sync/atomic"
)

// Counter counts the statements sent on behalf of a context. BEGIN, COMMIT,
// ROLLBACK and savepoints are not counted. Safe for concurrent use.
type Counter struct{ n atomic.Int64 }

// N returns the statements sent so far.
func (c *Counter) N() int { return int(c.n.Load()) }

type counterKey struct{}

// CountStatements returns a context whose statements are counted. If the
// statements of ctx are counted already it returns ctx and its counter: one
// request has one count.
func CountStatements(ctx context.Context) (context.Context, *Counter) {
	if c, ok := ctx.Value(counterKey{}).(*Counter); ok {
		return ctx, c
	}
	c := new(Counter)
	return context.WithValue(ctx, counterKey{}, c), c
}

func count(ctx context.Context) {
	if c, ok := ctx.Value(counterKey{}).(*Counter); ok {
		c.n.Add(1)
	}
}
