package feed

import (
	"context"
	"maps"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/tail"
	"github.com/feddir/feddir/internal/token"
)

// span is how many positions of a feed one page looks at. A filter that
// little meets gives short pages then, and not slow ones.
const span = 10_000

// Reader reads feeds for clients.
type Reader struct {
	Feed      *Feed
	Changes   list.Table[*ent.Change]
	Sealer    *token.Sealer // of cursors
	Delivery  tail.Delivery // to subscribers
	PageBytes int64         // of a page that subscribers are sent; see list.PageBytes
}

// Page is a part of a feed.
type Page struct {
	Rows   []*ent.Change
	To     int64 // all up to this position was looked at
	Head   int64 // the last position there is
	Missed bool  // what comes right after the position asked for is no longer kept
}

// Read reads what a feed has after a position; from the oldest change that
// is kept where there is none.
func (r Reader) Read(ctx context.Context, f Filter, after *int64, limit int) (Page, error) {
	pages, err := r.readOwners(ctx, f, []uuid.UUID{f.owner()}, after, limit)
	return pages[f.owner()], err
}

// readOwners is Read for several directories of a company, instead of the
// filter's own.
//
// The head is read before the changes, and how far they were pruned after them:
// so nothing is passed that is given a position, or deleted, meanwhile.
func (r Reader) readOwners(ctx context.Context, f Filter, owners []uuid.UUID, after *int64, limit int) (map[uuid.UUID]Page, error) {
	head, prunedThrough, err := r.Feed.Ends(ctx, f.Company)
	if err != nil {
		return nil, err
	}
	from := prunedThrough
	if after != nil {
		from = *after
	}
	looked := Page{Head: head, To: head}
	if f.resource == nil { // whose changes have an index
		looked.To = min(head, from+span)
	}
	var rows []*ent.Change
	if looked.To > from && limit > 0 {
		v, _ := viewer.FromContext(ctx)
		some := func(s *sql.Selector) {
			f.narrow(v, owners)(s)
			change.And(change.PositionGT(from), change.PositionLTE(looked.To))(s)
		}
		rows, err = r.Changes.Read(ctx, some, firstOfEach(owners, some, limit+1), func(s *sql.Selector) { s.OrderBy(s.C(change.FieldPosition)) })
		if err != nil {
			return nil, err
		}
	}
	if limit == 0 {
		looked.To = min(from, head)
	}
	if after != nil {
		_, prunedThrough, err = r.Feed.Ends(ctx, f.Company)
		// A position that was never given is from before a backup was restored.
		looked.Missed = *after < prunedThrough || *after > head
	}
	return looked.each(owners, rows, limit), err
}

// ReadEach reads the feeds of companies, or of directories. Whoever reads
// several companies is the operator, who asks no API.
func (r Reader) ReadEach(ctx context.Context, f Filter, owners []load.Owner, after *int64, limit int) (map[uuid.UUID]Page, error) {
	inCompany := make(map[uuid.UUID][]uuid.UUID)
	for _, o := range owners {
		inCompany[o.Company] = append(inCompany[o.Company], o.ID)
	}
	all := make(map[uuid.UUID]Page, len(owners))
	for company, ids := range inCompany {
		f.Company = company
		pages, err := r.readOwners(ctx, f, ids, after, limit)
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
func (p Page) each(owners []uuid.UUID, rows []*ent.Change, limit int) map[uuid.UUID]Page {
	pages := make(map[uuid.UUID]Page, len(owners))
	for _, id := range owners {
		page := p
		page.Rows = rows
		if len(owners) > 1 {
			page.Rows = slices.DeleteFunc(slices.Clone(rows), func(c *ent.Change) bool { return *c.DirectoryID != id })
		}
		if len(page.Rows) > limit {
			page.Rows = page.Rows[:limit]
			page.To = *page.Rows[limit-1].Position
		}
		pages[id] = page
	}
	return pages
}
