package graph

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/feed"
	"github.com/feddir/feddir/ent/viewer"
)

// DefaultKeepChanges is how long changes are kept unless configured otherwise.
const DefaultKeepChanges = 365 * 24 * time.Hour

const (
	sweepBatch = 1000 // changes that are deleted in one transaction
	sweepPage  = 100  // companies that are read at a time
)

// Sweep deletes old changes, and returns how many.
func (r *Resolver) Sweep(ctx context.Context) (int, error) {
	return r.sweepChanges(viewer.WithSystem(ctx, viewer.Retention))
}

func (r *Resolver) sweepChanges(ctx context.Context) (swept int, err error) {
	before := r.cfg.Now().Add(-r.cfg.KeepChanges)
	for after := uuid.Nil; ; {
		feeds, err := r.client(ctx).Feed.Query().Where(feed.CompanyIDGT(after)).Order(feed.ByCompanyID()).Limit(sweepPage).All(ctx)
		if err != nil || len(feeds) == 0 {
			return swept, err
		}
		for _, f := range feeds {
			for {
				n, err := inTx(ctx, r, func(ctx context.Context) (int, error) { return r.sweepFeed(ctx, f.CompanyID, before) })
				swept += n
				if err != nil {
					return swept, err
				}
				if n < sweepBatch {
					break
				}
			}
			after = f.CompanyID
		}
	}
}

// sweepFeed deletes the first changes of a feed up to one that is to be kept,
// and remembers how far it came in the same transaction: whoever finds a change
// missing finds that too.
func (r *Resolver) sweepFeed(ctx context.Context, company uuid.UUID, before time.Time) (int, error) {
	client := r.client(ctx)
	oldest, err := client.Change.Query().Where(change.CompanyID(company), change.PositionNotNil()).
		Order(change.ByPosition()).Limit(sweepBatch).Select(change.FieldPosition, change.FieldCreatedAt).All(ctx)
	if err != nil {
		return 0, err
	}
	var until int64
	for _, c := range oldest {
		if !c.CreatedAt.Before(before) {
			break
		}
		until = *c.Position
	}
	if until == 0 {
		return 0, nil
	}
	if _, err := r.lockFeed(ctx, company); err != nil {
		return 0, err
	}
	n, err := client.Change.Delete().Where(change.CompanyID(company), change.PositionLTE(until)).Exec(ctx)
	if err != nil {
		return 0, err
	}
	_, err = client.Feed.Update().Where(feed.CompanyID(company), feed.SweptLT(until)).SetSwept(until).Save(ctx)
	return n, err
}
