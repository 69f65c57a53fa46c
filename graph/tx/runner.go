package tx

import (
	"context"
	"errors"
	"math"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
)

// Runner runs the transactions of operations. Safe for concurrent use.
type Runner struct{ db *entdb.DB }

// New returns what runs transactions on db.
func New(db *entdb.DB) *Runner { return &Runner{db} }

// Client returns the client of the transaction that ctx runs in, so that an
// operation never knows who called.
func (r *Runner) Client(ctx context.Context) *ent.Client { return r.db.Client(ctx) }

// Dialect returns the name of the database.
func (r *Runner) Dialect() string { return r.db.Dialect() }

// RowLocks reports whether the database locks rows: see [entdb.DB.RowLocks].
func (r *Runner) RowLocks() bool { return r.db.RowLocks() }

// Unexplained is an error whose reason has to be read from the database once
// the transaction that it ended is over.
type Unexplained interface {
	error
	// Explain returns the error to be shown.
	Explain(ctx context.Context, client *ent.Client) error
}

// InTx runs f in a transaction, joining the one that ctx runs in. It may run f
// again from its start, in another transaction. See [entdb.DB.InTx].
func (r *Runner) InTx(ctx context.Context, f func(ctx context.Context) error) error {
	if entdb.InTx(ctx) {
		if CacheOf(ctx) == nil { // begun below the operations, by who takes locks in no order
			ctx = context.WithValue(ctx, cacheKey{}, newCache(false))
		}
		return f(ctx)
	}
	ctx = sqlconn.LimitReads(ctx, math.MaxInt64) // it is the answer that is limited: see limits.ReadBytes
	for plan := new(lockPlan); ; {
		err := r.db.InTx(ctx, func(ctx context.Context) error { return r.attempt(ctx, plan, f) })
		if plan.extend(err) {
			continue
		}
		if e, ok := errors.AsType[Unexplained](err); ok {
			return e.Explain(ctx, r.Client(ctx))
		}
		return err
	}
}

// attempt runs f with what is planned locked before.
func (r *Runner) attempt(ctx context.Context, plan *lockPlan, f func(ctx context.Context) error) error {
	c := newCache(true)
	ctx = context.WithValue(ctx, cacheKey{}, c)
	if err := r.lockPlanned(ctx, plan); err != nil {
		return err
	}
	err := f(ctx)
	if c.restart != nil { // whatever f made of it
		return c.restart
	}
	return err
}

// Do is [Runner.InTx] for operations with a result.
func Do[T any](ctx context.Context, r *Runner, f func(ctx context.Context) (T, error)) (T, error) {
	var result T
	err := r.InTx(ctx, func(ctx context.Context) (err error) {
		result, err = f(ctx)
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return result, nil
}
