package graph

import (
	"context"
	"math"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
)

type cacheKey struct{}

// txCache is what a transaction has read and locked, so that a protocol that
// reads before it changes costs no second read.
type txCache struct {
	users         map[uuid.UUID]*ent.User
	removable     map[uuid.UUID]bool // users that are locked for their deletion
	groups        map[uuid.UUID]*ent.Group
	versionBumped map[uuid.UUID]bool // groups whose version the transaction has raised, or that it made
	locked        lockSet
	repeatable    bool  // by InTx, where a lock is out of order
	restart       error // why it has to be
}

func newTxCache(repeatable bool) *txCache {
	return &txCache{
		users: make(map[uuid.UUID]*ent.User), removable: make(map[uuid.UUID]bool),
		groups: make(map[uuid.UUID]*ent.Group), versionBumped: make(map[uuid.UUID]bool),
		locked:     lockSet{directories: make(map[uuid.UUID]bool), groups: make(map[uuid.UUID]bool)},
		repeatable: repeatable,
	}
}

// cacheOf returns the cache of the transaction of an operation. It is nil
// outside of operations, also in a transaction of [entdb.DB.InTx].
func cacheOf(ctx context.Context) *txCache {
	c, _ := ctx.Value(cacheKey{}).(*txCache)
	return c
}

func (c *txCache) restartWith(err *outOfOrder) error {
	c.restart = err
	return err
}

// hold keeps a group that the transaction has written.
func (c *txCache) hold(g *ent.Group) {
	c.groups[g.ID], c.versionBumped[g.ID], c.locked.groups[g.ID] = g, true, true
}

// InTx runs f in a transaction, joining the one that ctx runs in. It may run f
// again from its start, in another transaction. See [entdb.DB.InTx].
func (r *Resolver) InTx(ctx context.Context, f func(ctx context.Context) error) error {
	if entdb.InTx(ctx) {
		if cacheOf(ctx) == nil { // begun below the operations, by who takes locks in no order
			ctx = context.WithValue(ctx, cacheKey{}, newTxCache(false))
		}
		return f(ctx)
	}
	ctx = sqlconn.LimitReads(ctx, math.MaxInt64) // it is the answer that is limited: see limits.ReadBytes
	for plan := new(lockPlan); ; {
		err := r.db.InTx(ctx, func(ctx context.Context) error { return r.attempt(ctx, plan, f) })
		if !plan.extend(err) {
			return r.nameMissing(ctx, err)
		}
	}
}

// attempt runs f with what is planned locked before.
func (r *Resolver) attempt(ctx context.Context, plan *lockPlan, f func(ctx context.Context) error) error {
	c := newTxCache(true)
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

// inTx is InTx for operations with a result.
func inTx[T any](ctx context.Context, r *Resolver, f func(ctx context.Context) (T, error)) (T, error) {
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
