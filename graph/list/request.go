package list

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/internal/apierror"
)

// Request asks for a page: the part of an ordered list that it shows.
type Request struct {
	order         Order
	after, before *SeekKey
	limit         int
	backward      bool // counted from the end
	cursors       Cursors
}

// NewRequest reads the arguments of a connection.
func NewRequest(ctx context.Context, s Scope, o Order, a Args) (r Request, err error) {
	r = Request{order: o, cursors: s.cursors(ctx, o)}
	if r.after, err = r.open("after", a.After); err != nil {
		return r, err
	}
	if r.before, err = r.open("before", a.Before); err != nil {
		return r, err
	}
	r.backward = a.Last != nil
	r.limit, err = a.Size()
	return r, err
}

func (r Request) open(field string, cursor *string) (*SeekKey, error) {
	if cursor == nil {
		return nil, nil
	}
	k, ok := r.cursors.Open(*cursor)
	if _, err := r.order.values(k); !ok || err != nil {
		return nil, apierror.Errorf(apierror.Invalid, field, "%s is not a cursor of this list", field)
	}
	return &k, nil
}

// After returns the seek key that the page comes after; nil for the start.
func (r Request) After() *SeekKey { return r.after }

// Cursors returns those of the list.
func (r Request) Cursors() Cursors { return r.cursors }

// apply narrows and orders a query to the page, with one row more to tell
// whether others follow.
func (r Request) apply(s *sql.Selector) {
	if r.after != nil {
		s.Where(r.order.beyond(s, *r.after, false))
	}
	if r.before != nil {
		s.Where(r.order.beyond(s, *r.before, true))
	}
	r.order.apply(s, r.backward)
	s.Limit(r.limit + 1)
}
