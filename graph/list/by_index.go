package list

import (
	"context"
	"sync"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
)

// byOffset reads what comes after the rows before the first one wanted, which
// the database skips.
func (l Resources[T]) byOffset(ctx context.Context, p Part) (*Page[T], error) {
	start := max(p.StartIndex, 1)
	items, err := l.read(ctx, Seek{}, start-1, p.Count+1)
	if err != nil {
		return nil, err
	}
	return l.truncate(ctx, p, items, start == 1 || len(items) > 0)
}

// truncate makes a page of items, of which there is one more than is wanted
// where the list goes on. Exact tells that nothing can have moved the first one
// since, so that the end of the list tells how long it is.
func (l Resources[T]) truncate(ctx context.Context, p Part, items []T, exact bool) (page *Page[T], err error) {
	page = &Page[T]{Items: items[:min(len(items), p.Count)]}
	if exact && len(items) <= p.Count {
		page.Total = int64(max(p.StartIndex, 1) - 1 + len(items))
		return page, nil
	}
	page.Total, err = l.Count(ctx)
	return page, err
}

// byIndex reads by the ids after the one before an index, and remembers where
// the next page starts.
func (l Resources[T]) byIndex(ctx context.Context, p Part) (*Page[T], error) {
	count := l.Count
	once := sync.OnceValues(func() (int64, error) { return count(ctx) })
	l.Count = func(context.Context) (int64, error) { return once() }
	v, _ := viewer.FromContext(ctx)
	start, index := l.Indexes.of(v.CallerID(), l.Name), max(p.StartIndex, 1)
	var from Seek
	remembered := false
	if index > 1 {
		var after uuid.UUID
		if after, remembered = start.get(index); !remembered {
			var err error
			after, err = l.skipTo(ctx, index)
			if ent.IsNotFound(err) { // past the end
				return l.truncate(ctx, p, nil, false)
			}
			if err != nil {
				return nil, err
			}
		}
		from.Key = &SeekKey{ID: after}
	}
	items, err := l.read(ctx, from, 0, p.Count+1)
	if err != nil {
		return nil, err
	}
	page, err := l.truncate(ctx, p, items, !remembered && (from.Key == nil || len(items) > 0))
	if err != nil || len(page.Items) == 0 {
		return page, err
	}
	shown := page.Items
	page.endAt = func(n int) { start.put(index+n, l.Table.ID(shown[n-1])) }
	page.endAt(len(shown))
	return page, nil
}

// skipTo returns the id of the one before index, counted from the nearer end.
// How far the other end is, is known where nothing is filtered.
func (l Resources[T]) skipTo(ctx context.Context, index int) (uuid.UUID, error) {
	if l.Filtered {
		return l.idAt(ctx, index-2, false)
	}
	total, err := l.Count(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	behind := int(total) - (index - 1) // who come after the one before index
	if behind < index-2 {
		if behind < 0 {
			return uuid.Nil, &ent.NotFoundError{}
		}
		return l.idAt(ctx, behind, true)
	}
	return l.idAt(ctx, index-2, false)
}
