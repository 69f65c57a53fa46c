package list

import (
	"context"
	"fmt"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
)

// Resources is a list of one type of resource of a directory, as SCIM has it.
type Resources[T any] struct {
	Table  Table[T]
	Where  []Predicate
	Order  Order
	Sorted bool                                     // by something else than creation
	Count  func(ctx context.Context) (int64, error) // of all

	Filtered bool        // whether Count has to be asked of the database
	Indexes  *IndexPages // where pages start that are asked for by index
	Name     string      // of the list, as Indexes tells it from others
}

// Part is what is wanted of a list.
type Part struct {
	StartIndex int   // of the first one wanted, from 1
	Seek       *Seek // where the part is, instead of StartIndex
	Count      int   // how many are wanted at most; 0 for the total alone
}

// Page is the part that was asked for and how many there are in all.
type Page[T any] struct {
	Items []T
	Total int64

	Keys []SeekKey // of the items, where the list was asked for by Seek
	More bool      // whether others follow in the direction of reading, likewise

	endAt func(n int) // remembers where the next page starts, after the first n; nil where nothing is
}

// Shorten leaves out the end of a page after the first n, or its start where
// the list is read backward. The next page starts there.
func (p *Page[T]) Shorten(n int, backward bool) {
	if n >= len(p.Items) {
		return
	}
	from, to := 0, n
	if backward {
		from, to = len(p.Items)-n, len(p.Items)
	}
	p.Items, p.More = p.Items[from:to], true
	if p.Keys != nil {
		p.Keys = p.Keys[from:to]
	}
	if p.endAt != nil && n > 0 {
		p.endAt(n)
	}
}

// Page reads a part of the list, of as many as fit into so many bytes: a page
// may hold less than was asked for (RFC 7644 §3.4.2.4).
func (l Resources[T]) Page(ctx context.Context, p Part, bytes int64) (*Page[T], error) {
	return Fit(ctx, bytes, p.Count, func(ctx context.Context, n int) (*Page[T], error) {
		p.Count = n
		switch {
		case n <= 0:
			total, err := l.Count(ctx)
			return &Page[T]{Total: total}, err
		case p.Seek != nil:
			return l.byKey(ctx, p)
		case l.Sorted:
			return l.byOffset(ctx, p)
		}
		return l.byIndex(ctx, p)
	})
}

// query reads what other predicates leave of the list.
func (l Resources[T]) query(ctx context.Context, where ...Predicate) Query[T] {
	return l.Table.Query(ctx, append(l.Where[:len(l.Where):len(l.Where)], where...))
}

// read returns the rows after a seek key, or those before it in reverse, without
// the first so many.
func (l Resources[T]) read(ctx context.Context, seek Seek, offset, limit int) ([]T, error) {
	return l.query(ctx, func(s *sql.Selector) {
		if seek.Key != nil {
			s.Where(l.Order.beyond(s, *seek.Key, seek.Backward))
		}
		l.Order.apply(s, seek.Backward)
	}, window(offset, limit)).All(ctx)
}

// window takes some rows after some others.
func window(offset, limit int) Predicate {
	return func(s *sql.Selector) {
		if offset > 0 {
			s.Offset(offset)
		}
		s.Limit(limit)
	}
}

// key returns the seek key of a row that was read in the list's order.
func (l Resources[T]) key(row T) (SeekKey, error) {
	k := SeekKey{ID: l.Table.ID(row)}
	texts := make([]string, len(l.Order.columns))
	for i, c := range l.Order.columns {
		v, err := l.Table.Value(row, c.name)
		if err != nil {
			return k, err
		}
		if texts[i], err = textOf(v); err != nil {
			return k, err
		}
	}
	k.Values = strings.Join(texts, separator)
	return k, nil
}

func textOf(v ent.Value) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	}
	return "", fmt.Errorf("list: what a row is ordered by is %T", v)
}

// idAt returns the id of the row at an offset from an end of the list, which
// the database finds by walking the index of ids.
func (l Resources[T]) idAt(ctx context.Context, offset int, fromEnd bool) (uuid.UUID, error) {
	direction := sql.OrderAsc()
	if fromEnd {
		direction = sql.OrderDesc()
	}
	ids, err := l.query(ctx, sql.OrderByField("id", direction).ToFunc(), window(offset, 1)).IDs(ctx)
	if err == nil && len(ids) == 0 {
		err = &ent.NotFoundError{}
	}
	if err != nil {
		return uuid.Nil, err
	}
	return ids[0], nil
}
