package graph

import (
	"context"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// defaultMaxLag is by how much a subscriber may be late.
const defaultMaxLag = 30 * time.Second

// followChanges is the subscription to the feed of the viewer's company.
func (r *Resolver) followChanges(ctx context.Context, after *string, directory *uuid.UUID, in *model.ChangeWhereInput) (<-chan *model.ChangeEdge, error) {
	v, err := subscriber(ctx, viewer.ScopeRead)
	if err != nil {
		return nil, err
	}
	from, err := feed.NewCursors(r.cfg.Sealer, v.CompanyID).Open(after)
	if err != nil {
		return nil, err
	}
	if from == nil { // what was committed before is not told
		if err := r.feed.SequenceCompany(ctx, v.CompanyID); err != nil {
			return nil, err
		}
	}
	head, prunedThrough, err := r.feed.Ends(ctx, v.CompanyID)
	if err != nil {
		return nil, err
	}
	if directory != nil { // after the head: its end, from now on, is behind that
		if err := r.mustExist(ctx, *directory); err != nil {
			return nil, err
		}
	}
	if from == nil {
		from = &head
	}
	if *from < prunedThrough || *from > head {
		return nil, errResync
	}
	filter := feed.NewFilter(v.CompanyID, directory, in)
	if filter.Directory != nil { // its end is wanted in any case
		return r.changesUntilEnd(ctx, v, filter, *from), nil
	}
	return r.changesFrom(ctx, v, filter, filter, *from, nil), nil
}

var errResync = &apierror.Error{Code: apierror.ResyncRequired, Field: "after", Message: "after lies before what is kept: read everything anew, then go on from the latestCursor got before"}

// changesUntilEnd follows the changes of a directory until it is deleted, also
// where the change that says so is not asked for.
func (r *Resolver) changesUntilEnd(ctx context.Context, v viewer.Viewer, wanted feed.Filter, from int64) <-chan *model.ChangeEdge {
	all := feed.Filter{Company: wanted.Company, Directory: wanted.Directory}
	return r.changesFrom(ctx, v, all, wanted, from, func(c *ent.Change) bool {
		return c.Kind == change.KindDELETED && c.ResourceType == change.ResourceTypeDIRECTORY && c.ResourceID == *wanted.Directory
	})
}

// changesFrom reads the changes of one filter and hands those of another over.
func (r *Resolver) changesFrom(ctx context.Context, v viewer.Viewer, read, wanted feed.Filter, from int64, last func(*ent.Change) bool) <-chan *model.ChangeEdge {
	out := make(chan *model.ChangeEdge)
	tailer, leave := r.feed.Tailers.Join(ctx, v.CompanyID, func() *feed.Tailer[int64, *ent.Change] { return r.feedReader.Tailer(v.CompanyID, r.pageBytes) })
	deliver := deliverTo(r, ctx, out)
	cursor := feed.NewCursors(r.cfg.Sealer, v.CompanyID).Seal
	s := &feed.Subscriber[int64, *ent.Change]{
		Tailer: tailer, At: from, Last: last, MaxLag: r.cfg.MaxLag,
		Matches: func(c *ent.Change) bool { return read.Meets(v, c) },
		Backfill: func(ctx context.Context, at int64) ([]*ent.Change, int64, error) {
			p, err := list.Fit(ctx, r.pageBytes, list.MaxPageSize, func(ctx context.Context, n int) (feed.Page, error) {
				return r.feedReader.Read(ctx, read, &at, n)
			})
			if err == nil && p.Missed {
				err = errResync
			}
			return p.Rows, p.To, err
		},
		Deliver: func(_ context.Context, c *ent.Change) bool {
			return !wanted.Meets(v, c) || deliver(&model.ChangeEdge{Node: c, Cursor: cursor(*c.Position)})
		},
	}
	go func() {
		defer close(out)
		defer leave()
		runSubscriber(ctx, s, cursor)
	}()
	return out
}

// mustExist fails unless there is such a directory for the viewer.
func (r *Resolver) mustExist(ctx context.Context, directory uuid.UUID) error {
	_, err := r.tx.FindDirectory(ctx, directory)
	if err != nil && dberror.CodeOf(err) == apierror.NotFound {
		return dberror.ErrNoDirectory
	}
	return err
}
