package graph

import (
	"context"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

const (
	// changesEvery is how often a feed is looked at that somebody follows, for
	// what other replicas commit. What is committed here wakes its tailer.
	changesEvery = 500 * time.Millisecond
	// tailPage is how many rows a tailer reads at a time.
	tailPage = 500
	// defaultMaxLag is by how much a subscriber may be late.
	defaultMaxLag = 30 * time.Second
)

// ofCompany returns a context that sees what a company owns and nothing else,
// for what is read once for all of its subscribers: the rules of the model and
// the wall hold for it. What the single subscriber may see is another question.
func ofCompany(ctx context.Context, company uuid.UUID) context.Context {
	return viewer.NewContext(ctx, viewer.Viewer{Kind: viewer.APIKey, CompanyID: company, Scopes: viewer.Scopes})
}

// changeTailer tails the feed of a company. It numbers changes itself, rather
// than wait until the background work does.
func (r *Resolver) changeTailer(company uuid.UUID) *feed.Tailer[int64, *ent.Change] {
	return &feed.Tailer[int64, *ent.Change]{
		Every:    changesEvery,
		Position: func(c *ent.Change) int64 { return *c.Position },
		Size:     changeSize,
		Read: func(ctx context.Context, after *int64) (rows []*ent.Change, to int64, more bool, err error) {
			if err := r.feed.SequenceCompany(ctx, company); err != nil {
				return nil, 0, false, err
			}
			ctx = ofCompany(ctx, company)
			if after == nil {
				to, _, err = r.feed.Ends(ctx, company)
				return nil, to, false, err
			}
			p, err := list.Fit(ctx, r.pageBytes, tailPage, func(ctx context.Context, n int) (feedPage, error) {
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
	tailer, leave := r.changes.Join(ctx, v.CompanyID, func() *feed.Tailer[int64, *ent.Change] { return r.changeTailer(v.CompanyID) })
	deliver := deliverTo(r, ctx, out)
	cursor := func(at int64) string { return r.feedCursor(v.CompanyID, at) }
	s := &feed.Subscriber[int64, *ent.Change]{
		Tailer: tailer, At: from, Last: last, MaxLag: r.cfg.MaxLag,
		Matches: func(c *ent.Change) bool { return read.meets(v, c) },
		Backfill: func(ctx context.Context, at int64) ([]*ent.Change, int64, error) {
			p, err := list.Fit(ctx, r.pageBytes, list.MaxPageSize, func(ctx context.Context, n int) (feedPage, error) {
				return r.readFeed(ctx, read, &at, n)
			})
			if err == nil && p.missed {
				err = errResync
			}
			return p.rows, p.to, err
		},
		Deliver: func(_ context.Context, c *ent.Change) bool {
			return !wanted.meets(v, c) || deliver(&model.ChangeEdge{Node: c, Cursor: cursor(*c.Position)})
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
	_, err := r.findDirectory(ctx, directory)
	if err != nil && CodeOf(err) == apierror.NotFound {
		return errNoDirectory
	}
	return err
}
