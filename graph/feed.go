package graph

import (
	"context"
	"slices"
	"strconv"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/feed"
	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// feedSpan is how many positions of a feed one page looks at. A filter that
// little meets gives short pages then, and not slow ones.
const feedSpan = 10_000

// feedFilter says which changes of a company's feed are meant.
type feedFilter struct {
	company   uuid.UUID
	directory *uuid.UUID
	kinds     []change.Kind
	types     []change.ResourceType
	resource  *uuid.UUID
}

func newFeedFilter(company uuid.UUID, directory *uuid.UUID, in *model.ChangeWhereInput) feedFilter {
	f := feedFilter{company: company, directory: directory}
	if in != nil {
		f.kinds, f.types, f.resource = in.Kind, in.ResourceType, in.ResourceID
	}
	return f
}

func (f feedFilter) where() []predicate.Change {
	where := []predicate.Change{change.CompanyID(f.company)}
	if f.directory != nil {
		where = append(where, change.DirectoryID(*f.directory))
	}
	if f.kinds != nil {
		where = append(where, change.KindIn(f.kinds...))
	}
	if f.types != nil {
		where = append(where, change.ResourceTypeIn(f.types...))
	}
	if f.resource != nil {
		where = append(where, change.ResourceID(*f.resource))
	}
	return where
}

// meets tells of a change of the company what where and the rules of changes
// ask the database.
func (f feedFilter) meets(v viewer.Viewer, c *ent.Change) bool {
	ofKeys := c.ResourceType == change.ResourceTypeKEY || c.ResourceType == change.ResourceTypeOAUTH_CLIENT
	return c.CompanyID == f.company &&
		(f.directory == nil || c.DirectoryID != nil && *c.DirectoryID == *f.directory) &&
		(f.kinds == nil || slices.Contains(f.kinds, c.Kind)) &&
		(f.types == nil || slices.Contains(f.types, c.ResourceType)) &&
		(f.resource == nil || c.ResourceID == *f.resource) &&
		(!ofKeys || v.May(viewer.ScopeKeys))
}

// feedPage is a part of a feed.
type feedPage struct {
	rows   []*ent.Change
	to     int64 // all up to this position was looked at
	head   int64 // the last position there is
	missed bool  // what comes right after the place asked for is no longer kept
}

// readFeed reads what a feed has after a position; from the oldest change that
// is kept where there is none.
//
// The head is read before the changes, and how far they were swept after them:
// so nothing is passed that is given a position, or deleted, meanwhile.
func (r *Resolver) readFeed(ctx context.Context, f feedFilter, after *int64, limit int) (p feedPage, err error) {
	head, swept, err := r.feedEnds(ctx, f.company)
	if err != nil {
		return p, err
	}
	from := swept
	if after != nil {
		from = *after
	}
	p = feedPage{head: head, to: head}
	if f.resource == nil { // whose changes have an index
		p.to = min(head, from+feedSpan)
	}
	if p.to > from && limit > 0 {
		p.rows, err = r.client(ctx).Change.Query().Where(f.where()...).
			Where(change.PositionGT(from), change.PositionLTE(p.to)).
			Order(change.ByPosition()).Limit(limit + 1).All(ctx)
		if err != nil {
			return p, err
		}
	}
	if limit == 0 {
		p.to = min(from, head)
	}
	if len(p.rows) > limit {
		p.rows = p.rows[:limit]
		p.to = *p.rows[limit-1].Position
	}
	if after == nil {
		return p, nil
	}
	_, swept, err = r.feedEnds(ctx, f.company)
	// A position that was never given is from before a backup was restored.
	p.missed = *after < swept || *after > head
	return p, err
}

// feedEnds returns the last position that a company's feed has and the last
// one that is no longer kept.
func (r *Resolver) feedEnds(ctx context.Context, company uuid.UUID) (head, swept int64, err error) {
	row, err := r.client(ctx).Feed.Query().Where(feed.CompanyID(company)).Only(ctx)
	if ent.IsNotFound(err) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	return row.Position, row.Swept, nil
}

// feedCursor returns the cursor of a position.
func (r *Resolver) feedCursor(company uuid.UUID, at int64) string {
	return r.feedCursors(company).close(position{key: strconv.FormatInt(at, 10)})
}

func (r *Resolver) feedCursors(company uuid.UUID) cursors {
	return cursors{r.cfg.Seal, "feed " + company.String()}
}

func (r *Resolver) feedPosition(company uuid.UUID, cursor *string) (*int64, error) {
	if cursor == nil {
		return nil, nil
	}
	p, ok := r.feedCursors(company).open(*cursor)
	n, err := strconv.ParseInt(p.key, 10, 64)
	if !ok || err != nil {
		return nil, failf(CodeInvalid, "after", "after is not a cursor of this feed")
	}
	return &n, nil
}

func (r *Resolver) changesConnection(ctx context.Context, f feedFilter, after *string, first *int) (*model.ChangeConnection, error) {
	limit, err := pageArgs{first: first}.size()
	if err != nil {
		return nil, err
	}
	from, err := r.feedPosition(f.company, after)
	if err != nil {
		return nil, err
	}
	p, err := r.readFeed(ctx, f, from, limit)
	if err != nil {
		return nil, err
	}
	latest := r.feedCursor(f.company, p.head)
	if p.missed {
		return &model.ChangeConnection{
			Edges: []model.ChangeEdge{}, PageInfo: &model.PageInfo{EndCursor: &latest}, ResyncRequired: true, LatestCursor: latest,
		}, nil
	}
	r.expectResources(ctx, p.rows)
	end := r.feedCursor(f.company, p.to)
	c := &model.ChangeConnection{
		Edges:        make([]model.ChangeEdge, len(p.rows)),
		PageInfo:     &model.PageInfo{HasNextPage: p.to < p.head, HasPreviousPage: from != nil, EndCursor: &end},
		LatestCursor: latest,
	}
	for i, row := range p.rows {
		c.Edges[i] = model.ChangeEdge{Node: row, Cursor: r.feedCursor(f.company, *row.Position)}
	}
	if len(c.Edges) > 0 {
		c.PageInfo.StartCursor = &c.Edges[0].Cursor
	}
	return c, nil
}
