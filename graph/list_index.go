package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
)

// readPage reads the page that starts at an index.
func readPage[T any](ctx context.Context, r *Resolver, l List, s source[T]) (*Page[T], error) {
	switch {
	case l.Count <= 0:
		total, err := s.count(ctx)
		return &Page[T]{Total: total}, err
	case l.Beside != nil:
		return readBeside(ctx, l, s)
	case l.sorted():
		return readOffset(ctx, l, s)
	}
	return readPlace(ctx, r, l, s)
}

// readOffset reads what comes behind the places before the first one wanted.
func readOffset[T any](ctx context.Context, l List, s source[T]) (*Page[T], error) {
	start := max(l.StartIndex, 1)
	items, err := s.read(ctx, s.order.From(nil, false), start-1, l.Count+1)
	if err != nil {
		return nil, err
	}
	return cutAt(ctx, l, s, items, start == 1 || len(items) > 0)
}

// cutAt makes a page of items, of which there is one more than is wanted where
// the list goes on. Exact tells that nothing can have moved the first one's
// place, so that the end of the list tells how long it is.
func cutAt[T any](ctx context.Context, l List, s source[T], items []T, exact bool) (page *Page[T], err error) {
	page = &Page[T]{Items: items[:min(len(items), l.Count)]}
	if exact && len(items) <= l.Count {
		page.Total = int64(max(l.StartIndex, 1) - 1 + len(items))
		return page, nil
	}
	page.Total, err = s.count(ctx)
	return page, err
}

// readPlace reads by the ids after a place, and remembers where the next page
// starts.
func readPlace[T any](ctx context.Context, r *Resolver, l List, s source[T]) (*Page[T], error) {
	s.count = counted(s.count)
	v, _ := viewer.FromContext(ctx)
	at := place{key: v.KeyID, directory: l.DirectoryID, table: s.table, index: max(l.StartIndex, 1)}
	if l.Filter != nil {
		at.filter = l.Filter.String()
	}
	after, remembered := uuid.Nil, false
	if at.index > 1 {
		if after, remembered = r.positions.get(at); !remembered {
			var err error
			after, err = skipTo(ctx, at.index, l.Filter == nil, s)
			if ent.IsNotFound(err) { // past the end
				return cutAt(ctx, l, s, nil, false)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	var from *Place
	if after != uuid.Nil {
		from = &Place{ID: after}
	}
	items, err := s.read(ctx, s.order.From(from, false), 0, l.Count+1)
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, min(len(items), l.Count))
	for i := range ids {
		p, err := s.place(items[i])
		if err != nil {
			return nil, err
		}
		ids[i] = p.ID
	}
	page, err := cutAt(ctx, l, s, items, !remembered && (after == uuid.Nil || len(items) > 0))
	if err != nil || len(ids) == 0 {
		return page, err
	}
	page.endAt = func(n int) {
		next := at
		next.index += n
		r.positions.put(next, ids[n-1])
	}
	page.endAt(len(ids))
	return page, nil
}

// skipTo returns the id of the one before index, which the database finds by
// walking the index of ids from the nearer end. How far the other end is, is
// known where nothing is filtered.
func skipTo[T any](ctx context.Context, index int, all bool, s source[T]) (uuid.UUID, error) {
	if !all {
		return s.idAt(ctx, index-2, false)
	}
	total, err := s.count(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	behind := int(total) - (index - 1) // who come after the one before index
	if behind < index-2 {
		if behind < 0 {
			return uuid.Nil, &ent.NotFoundError{}
		}
		return s.idAt(ctx, behind, true)
	}
	return s.idAt(ctx, index-2, false)
}

// from is the order that starts at an end of a list.
func from(end bool) sql.OrderTermOption {
	if end {
		return sql.OrderDesc()
	}
	return sql.OrderAsc()
}

// counted counts no second time.
func counted(count func(context.Context) (int64, error)) func(context.Context) (int64, error) {
	var n int64
	asked := false
	return func(ctx context.Context) (int64, error) {
		if asked {
			return n, nil
		}
		var err error
		n, err = count(ctx)
		asked = err == nil
		return n, err
	}
}
