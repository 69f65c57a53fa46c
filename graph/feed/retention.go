package feed

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/feed"
	"github.com/feddir/feddir/ent/viewer"
)

const (
	pruneBatch = 1000 // changes that are deleted in one transaction
	prunePage  = 100  // companies that are read at a time
)

// Prune deletes changes that are too old, and returns how many. What fails for
// one company does not stop the others.
func (f *Feed) Prune(ctx context.Context) (pruned int, err error) {
	ctx = viewer.WithSystem(ctx, viewer.Retention)
	before := f.cfg.Now().Add(-f.cfg.Keep)
	var failed []error
	for after := uuid.Nil; ; {
		feeds, err := f.db.Client(ctx).Feed.Query().Where(feed.CompanyIDGT(after)).Order(feed.ByCompanyID()).Limit(prunePage).All(ctx)
		if err != nil || len(feeds) == 0 {
			return pruned, errors.Join(append(failed, err)...)
		}
		for _, row := range feeds {
			n, err := f.pruneCompany(ctx, row.CompanyID, before)
			if pruned += n; err != nil {
				failed = append(failed, err)
			}
			after = row.CompanyID
		}
	}
}

func (f *Feed) pruneCompany(ctx context.Context, company uuid.UUID, before time.Time) (pruned int, err error) {
	for {
		n, err := inTx(ctx, f.db, func(ctx context.Context) (int, error) { return f.pruneSome(ctx, company, before) })
		if pruned += n; err != nil || n < pruneBatch {
			return pruned, err
		}
	}
}

// pruneSome deletes the first changes of a feed up to one that is to be kept,
// and remembers how far it came in the same transaction: whoever finds a change
// missing finds that too.
func (f *Feed) pruneSome(ctx context.Context, company uuid.UUID, before time.Time) (int, error) {
	client := f.db.Client(ctx)
	oldest, err := client.Change.Query().Where(change.CompanyID(company), change.PositionNotNil()).
		Order(change.ByPosition()).Limit(pruneBatch).Select(change.FieldPosition, change.FieldCreatedAt).All(ctx)
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
	if _, err := f.lock(ctx, company); err != nil {
		return 0, err
	}
	n, err := client.Change.Delete().Where(change.CompanyID(company), change.PositionLTE(until)).Exec(ctx)
	if err != nil {
		return 0, err
	}
	_, err = client.Feed.Update().Where(feed.CompanyID(company), feed.SweptLT(until)).SetSwept(until).Save(ctx)
	return n, err
}
