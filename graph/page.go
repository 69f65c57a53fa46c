package graph

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// The size of a page where none is asked for, and the largest.
const (
	DefaultPageSize = 50
	MaxPageSize     = 100
)

// pageArgs are the arguments of a connection, as Relay has them.
type pageArgs struct {
	after  *string
	first  *int
	before *string
	last   *int
}

// listing says which list a page is of. A cursor of one is of no use in
// another, nor to another company.
type listing struct {
	name  string    // of the field
	owner uuid.UUID // whose list it is: of a directory, group or user; the zero value for the company's
}

// window is the part of an ordered list that a page shows.
type window struct {
	order         order
	after, before *position
	limit         int
	backward      bool // counted from the end
	cursors       cursors
}

func (r *Resolver) window(ctx context.Context, l listing, o order, a pageArgs) (w window, err error) {
	v, _ := viewer.FromContext(ctx)
	w = window{order: o, cursors: cursors{r.cfg.Sealer, l.name + " " + l.owner.String() + " " + v.CompanyID.String() + " " + o.String()}}
	if w.after, err = w.parse("after", a.after); err != nil {
		return w, err
	}
	if w.before, err = w.parse("before", a.before); err != nil {
		return w, err
	}
	w.backward = a.last != nil
	w.limit, err = a.size()
	return w, err
}

// size is how long a page is to be.
func (a pageArgs) size() (int, error) {
	if a.first != nil && a.last != nil {
		return 0, apierror.Errorf(apierror.Invalid, "last", "first and last do not go together")
	}
	field, size := "first", a.first
	if a.last != nil {
		field, size = "last", a.last
	}
	switch {
	case size == nil:
		return DefaultPageSize, nil
	case *size < 0:
		return 0, apierror.Errorf(apierror.Invalid, field, "%s must not be negative", field)
	case *size > MaxPageSize:
		return 0, apierror.Errorf(apierror.Limit, field, "%s must be at most %d", field, MaxPageSize)
	}
	return *size, nil
}

func (w window) parse(field string, cursor *string) (*position, error) {
	if cursor == nil {
		return nil, nil
	}
	p, ok := w.cursors.open(*cursor)
	if _, err := w.order.values(p); !ok || err != nil {
		return nil, apierror.Errorf(apierror.Invalid, field, "%s is not a cursor of this list", field)
	}
	return &p, nil
}

// apply narrows and orders a query to the window, with one row more to tell
// whether others follow.
func (w window) apply(s *sql.Selector) {
	if w.after != nil {
		s.Where(w.order.beyond(s, *w.after, false))
	}
	if w.before != nil {
		s.Where(w.order.beyond(s, *w.before, true))
	}
	w.order.apply(s, w.backward)
	s.Limit(w.limit + 1)
}

// page is the rows that a window shows, with the cursor of each.
type page[T any] struct {
	rows    []T
	cursors []string
	info    *model.PageInfo
}

// cut takes the row too many off and puts the rows into the order asked for.
// The rows stay as they are: another page may show them too.
func cut[T any](w window, rows []T, place func(T) position) page[T] {
	more := len(rows) > w.limit
	rows = rows[:min(len(rows), w.limit)]
	p := page[T]{rows, make([]string, len(rows)), &model.PageInfo{HasNextPage: more, HasPreviousPage: w.after != nil}}
	if w.backward {
		p.info.HasNextPage, p.info.HasPreviousPage = w.before != nil, more
		p.rows = slices.Clone(rows)
		slices.Reverse(p.rows)
	}
	for i, row := range p.rows {
		p.cursors[i] = w.cursors.seal(place(row))
	}
	if len(rows) > 0 {
		p.info.StartCursor, p.info.EndCursor = &p.cursors[0], &p.cursors[len(rows)-1]
	}
	return p
}

// edgesOf makes the edges of a page.
func edgesOf[T, E any](p page[T], edge func(row T, cursor string) E) []E {
	edges := make([]E, len(p.rows))
	for i, row := range p.rows {
		edges[i] = edge(row, p.cursors[i])
	}
	return edges
}
