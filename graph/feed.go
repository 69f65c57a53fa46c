package graph

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// feedSpan is how many positions of a feed one page looks at. A filter that
// little meets gives short pages then, and not slow ones.
const feedSpan = 10_000

// feedFilter says which changes of a company's feed are meant.
type feedFilter struct {
	company   uuid.UUID
	directory *uuid.UUID // nil for all
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

// narrow narrows to what is meant of the changes that a viewer may read; owners
// are the directories, where it is about some.
func (f feedFilter) narrow(v viewer.Viewer, owners []uuid.UUID) list.Predicate {
	where := []predicate.Change{change.CompanyID(f.company)}
	if f.directory != nil {
		where = append(where, change.DirectoryIDIn(owners...))
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
	if !v.Unbound() && !v.May(viewer.ScopeKeys) {
		where = append(where, change.ResourceTypeNotIn(change.ResourceTypeKEY, change.ResourceTypeOAUTH_CLIENT))
	}
	return change.And(where...)
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
func (r *Resolver) readFeed(ctx context.Context, f feedFilter, after *int64, limit int) (feedPage, error) {
	pages, err := r.readFeeds(ctx, f, []uuid.UUID{f.owner()}, after, limit)
	return pages[f.owner()], err
}

// owner is what has the feed: the directory or the company.
func (f feedFilter) owner() uuid.UUID {
	if f.directory != nil {
		return *f.directory
	}
	return f.company
}

// readFeeds is readFeed for several directories of a company, instead of the
// filter's own.
//
// The head is read before the changes, and how far they were pruned after them:
// so nothing is passed that is given a position, or deleted, meanwhile.
func (r *Resolver) readFeeds(ctx context.Context, f feedFilter, owners []uuid.UUID, after *int64, limit int) (map[uuid.UUID]feedPage, error) {
	head, prunedThrough, err := r.feed.Ends(ctx, f.company)
	if err != nil {
		return nil, err
	}
	from := prunedThrough
	if after != nil {
		from = *after
	}
	looked := feedPage{head: head, to: head}
	if f.resource == nil { // whose changes have an index
		looked.to = min(head, from+feedSpan)
	}
	var rows []*ent.Change
	if looked.to > from && limit > 0 {
		v, _ := viewer.FromContext(ctx)
		some := func(s *sql.Selector) {
			f.narrow(v, owners)(s)
			change.And(change.PositionGT(from), change.PositionLTE(looked.to))(s)
		}
		rows, err = r.tables.changes.Read(ctx, some, firstOfEach(owners, some, limit+1), func(s *sql.Selector) { s.OrderBy(s.C(change.FieldPosition)) })
		if err != nil {
			return nil, err
		}
	}
	if limit == 0 {
		looked.to = min(from, head)
	}
	if after != nil {
		_, prunedThrough, err = r.feed.Ends(ctx, f.company)
		// A position that was never given is from before a backup was restored.
		looked.missed = *after < prunedThrough || *after > head
	}
	return looked.each(owners, rows, limit), err
}

// readFeedsOf reads the feeds of companies, or of directories. Whoever meets
// several companies is the operator, who asks no API.
func (r *Resolver) readFeedsOf(ctx context.Context, f feedFilter, owners []load.Owner, after *int64, limit int) (map[uuid.UUID]feedPage, error) {
	inCompany := make(map[uuid.UUID][]uuid.UUID)
	for _, o := range owners {
		inCompany[o.Company] = append(inCompany[o.Company], o.ID)
	}
	all := make(map[uuid.UUID]feedPage, len(owners))
	for company, ids := range inCompany {
		f.company = company
		pages, err := r.readFeeds(ctx, f, ids, after, limit)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, pages)
	}
	return all, nil
}

// firstOfEach narrows to the first changes of each directory; all of them are
// within a span, so they are gone through once.
func firstOfEach(directories []uuid.UUID, some list.Predicate, n int) list.Predicate {
	if len(directories) == 1 {
		return func(s *sql.Selector) { s.Limit(n) }
	}
	return func(s *sql.Selector) {
		d := sql.Dialect(s.Dialect())
		t := d.Table(change.Table)
		numbered := d.Select(t.C(change.FieldID)).From(t)
		some(numbered)
		numbered.AppendSelectExprAs(sql.RowNumber().PartitionBy(t.C(change.FieldDirectoryID)).OrderBy(t.C(change.FieldPosition)), "place")
		s.Where(sql.In(s.C(change.FieldID), d.Select("id").From(numbered.As("numbered")).Where(sql.LTE("place", n))))
	}
}

// each shares rows out to the pages they are of.
func (p feedPage) each(owners []uuid.UUID, rows []*ent.Change, limit int) map[uuid.UUID]feedPage {
	pages := make(map[uuid.UUID]feedPage, len(owners))
	for _, id := range owners {
		page := p
		page.rows = rows
		if len(owners) > 1 {
			page.rows = slices.DeleteFunc(slices.Clone(rows), func(c *ent.Change) bool { return *c.DirectoryID != id })
		}
		if len(page.rows) > limit {
			page.rows = page.rows[:limit]
			page.to = *page.rows[limit-1].Position
		}
		pages[id] = page
	}
	return pages
}

// feedCursor returns the cursor of a position.
func (r *Resolver) feedCursor(company uuid.UUID, at int64) string {
	return r.feedCursors(company).Seal(list.SeekKey{Values: strconv.FormatInt(at, 10)})
}

func (r *Resolver) feedCursors(company uuid.UUID) list.Cursors {
	return list.NewCursors(r.cfg.Sealer, "feed "+company.String())
}

func (r *Resolver) feedPosition(company uuid.UUID, cursor *string) (*int64, error) {
	if cursor == nil {
		return nil, nil
	}
	p, ok := r.feedCursors(company).Open(*cursor)
	n, err := strconv.ParseInt(p.Values, 10, 64)
	if !ok || err != nil {
		return nil, apierror.Errorf(apierror.Invalid, "after", "after is not a cursor of this feed")
	}
	return &n, nil
}

// changesConnection is a page of the feed of a company, or of a directory.
func (r *Resolver) changesConnection(ctx context.Context, o load.Owner, in *model.ChangeWhereInput, after *string, first *int) (*model.ChangeConnection, error) {
	f := newFeedFilter(o.Company, nil, in)
	if o.Directory != uuid.Nil {
		f.directory = &o.Directory
	}
	limit, err := list.Args{First: first}.Size()
	if err != nil {
		return nil, err
	}
	from, err := r.feedPosition(f.company, after)
	if err != nil {
		return nil, err
	}
	p, err := load.PerOwner(ctx, load.FieldOf(ctx), o, func(ctx context.Context, owners []load.Owner) (map[uuid.UUID]feedPage, error) {
		return r.readFeedsOf(ctx, f, owners, from, limit)
	})
	if err != nil {
		return nil, err
	}
	latest := r.feedCursor(f.company, p.head)
	if p.missed {
		return &model.ChangeConnection{
			Edges: []model.ChangeEdge{}, PageInfo: &model.PageInfo{EndCursor: &latest}, ResyncRequired: true, LatestCursor: latest,
		}, nil
	}
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
