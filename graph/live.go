package graph

import (
	"context"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

const (
	// changesEvery is how often a feed is looked at that somebody follows, for
	// what other replicas commit. What is committed here wakes its follower.
	changesEvery = 500 * time.Millisecond
	// followPage is how many rows a follower reads at a time.
	followPage = 500
	// defaultPatience is by how much a subscriber may be late.
	defaultPatience = 30 * time.Second
)

// ofCompany returns a context that sees what a company owns and nothing else,
// for what is read once for all of its subscribers: the rules of the model and
// the wall hold for it. What the single subscriber may see is another question.
func ofCompany(ctx context.Context, company uuid.UUID) context.Context {
	return viewer.NewContext(ctx, viewer.Viewer{Kind: viewer.APIKey, CompanyID: company, Scopes: viewer.Scopes})
}

// changeFollower follows the feed of a company. It gives positions itself,
// rather than wait until the background work does.
func (r *Resolver) changeFollower(company uuid.UUID) *follower[int64, *ent.Change] {
	return &follower[int64, *ent.Change]{
		every: changesEvery,
		place: func(c *ent.Change) int64 { return *c.Position },
		size:  changeSize,
		read: func(ctx context.Context, after *int64) (rows []*ent.Change, to int64, more bool, err error) {
			if err := r.foldPending(ctx, company); err != nil {
				return nil, 0, false, err
			}
			ctx = ofCompany(ctx, company)
			if after == nil {
				to, _, err = r.feedEnds(ctx, company)
				return nil, to, false, err
			}
			p, err := list.Fit(ctx, r.pageBytes, followPage, func(ctx context.Context, n int) (feedPage, error) {
				return r.readFeed(ctx, feedFilter{company: company}, after, n)
			})
			return p.rows, max(p.to, *after), p.to < p.head, err
		},
	}
}

// changeSize is about how many bytes a change takes.
func changeSize(c *ent.Change) int {
	n := 512
	for _, values := range []map[string]int{lengths(c.Before), lengths(c.After)} {
		for name, length := range values {
			n += len(name) + length
		}
	}
	return n
}

func lengths[T ~[]byte](values map[string]T) map[string]int {
	n := make(map[string]int, len(values))
	for name, value := range values {
		n[name] = len(value)
	}
	return n
}

// foldPending gives the committed changes of a company their positions.
func (r *Resolver) foldPending(ctx context.Context, company uuid.UUID) error {
	ctx = viewer.WithSystem(ctx, viewer.Fold)
	for {
		pending, err := r.client(ctx).Change.Query().Where(change.CompanyID(company), change.PositionIsNil()).Exist(ctx)
		if err != nil || !pending {
			return err
		}
		n, err := inTx(ctx, r, func(ctx context.Context) (int, error) { return r.foldCompany(ctx, company) })
		if err != nil || n < foldBatch {
			return err
		}
	}
}

// followChanges is the subscription to the feed of the viewer's company.
func (r *Resolver) followChanges(ctx context.Context, after *string, directory *uuid.UUID, in *model.ChangeWhereInput) (<-chan *model.ChangeEdge, error) {
	v, err := subscriber(ctx, viewer.ScopeRead)
	if err != nil {
		return nil, err
	}
	from, err := r.feedPosition(v.CompanyID, after)
	if err != nil {
		return nil, err
	}
	if from == nil { // what was committed before is not told
		if err := r.foldPending(ctx, v.CompanyID); err != nil {
			return nil, err
		}
	}
	head, swept, err := r.feedEnds(ctx, v.CompanyID)
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
	if *from < swept || *from > head {
		return nil, errResync
	}
	filter := newFeedFilter(v.CompanyID, directory, in)
	if filter.directory != nil { // its end is wanted in any case
		return r.changesUntilEnd(ctx, v, filter, *from), nil
	}
	return r.changesFrom(ctx, v, filter, filter, *from, nil), nil
}

var errResync = &apierror.Error{Code: apierror.ResyncRequired, Field: "after", Message: "after lies before what is kept: read everything anew, then go on from the latestCursor got before"}

// changesUntilEnd follows the changes of a directory until it is deleted, also
// where the change that says so is not asked for.
func (r *Resolver) changesUntilEnd(ctx context.Context, v viewer.Viewer, wanted feedFilter, from int64) <-chan *model.ChangeEdge {
	all := feedFilter{company: wanted.company, directory: wanted.directory}
	return r.changesFrom(ctx, v, all, wanted, from, func(c *ent.Change) bool {
		return c.Kind == change.KindDELETED && c.ResourceType == change.ResourceTypeDIRECTORY && c.ResourceID == *wanted.directory
	})
}

// changesFrom reads the changes of one filter and hands those of another over.
func (r *Resolver) changesFrom(ctx context.Context, v viewer.Viewer, read, wanted feedFilter, from int64, last func(*ent.Change) bool) <-chan *model.ChangeEdge {
	out := make(chan *model.ChangeEdge)
	f, leave := r.changes.join(ctx, v.CompanyID, func() *follower[int64, *ent.Change] { return r.changeFollower(v.CompanyID) })
	hand := handOver(r, ctx, out)
	cursor := func(at int64) string { return r.feedCursor(v.CompanyID, at) }
	s := &following[int64, *ent.Change]{
		f: f, at: from, last: last, patience: r.cfg.Patience,
		meets: func(c *ent.Change) bool { return read.meets(v, c) },
		older: func(ctx context.Context, at int64) ([]*ent.Change, int64, error) {
			p, err := list.Fit(ctx, r.pageBytes, list.MaxPageSize, func(ctx context.Context, n int) (feedPage, error) {
				return r.readFeed(ctx, read, &at, n)
			})
			if err == nil && p.missed {
				err = errResync
			}
			return p.rows, p.to, err
		},
		hand: func(_ context.Context, c *ent.Change) bool {
			return !wanted.meets(v, c) || hand(&model.ChangeEdge{Node: c, Cursor: cursor(*c.Position)})
		},
	}
	go func() {
		defer close(out)
		defer leave()
		follow(ctx, s, cursor)
	}()
	return out
}

// mustExist fails unless there is such a directory for the viewer.
func (r *Resolver) mustExist(ctx context.Context, directory uuid.UUID) error {
	_, err := r.findDirectory(ctx, directory)
	if err != nil && CodeOf(err) == apierror.NotFound {
		return errNoDirectory
	}
	return err
}
