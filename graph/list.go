package graph

import (
	"context"
	"errors"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/query"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/scim/filter"
)

// List asks for a part of the users or groups of a directory.
type List struct {
	DirectoryID uuid.UUID
	Filter      filter.Expr          // nil for all
	SortBy      filter.AttributePath // the zero value for the order of creation
	Descending  bool                 // where SortBy is given
	StartIndex  int                  // place of the first one wanted, from 1
	Beside      *Beside              // where the part is, instead of StartIndex
	Count       int                  // how many are wanted at most; 0 for the total alone
	AllTypes    bool                 // it is one of several lists, of all types: see query.Scope
}

// Page is the part that was asked for and how many there are in all.
type Page[T any] struct {
	Items []T
	Total int64

	Places []Place // of the items, where the list was asked for by Beside
	More   bool    // whether others follow in the direction of reading, likewise

	endAt func(n int) // remembers where the next page starts, behind the first n; nil where nothing is
}

// Shorten leaves out the end of a page behind the first n, or its start where
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
	if p.Places != nil {
		p.Places = p.Places[from:to]
	}
	if p.endAt != nil && n > 0 {
		p.endAt(n)
	}
}

// ListUsers returns users of a directory. In the order of creation a page deep
// in the list costs what the first costs when the one before it was asked for
// lately; in any other order the database skips what comes before.
func (r *Resolver) ListUsers(ctx context.Context, l List) (*Page[*ent.User], error) {
	return listOf(ctx, r, l, r.tables.users, query.Users, query.UserOrder, func(c model.DirectoryCounts) int64 { return c.Users })
}

// ListGroups returns groups of a directory; see ListUsers.
func (r *Resolver) ListGroups(ctx context.Context, l List) (*Page[*ent.Group], error) {
	return listOf(ctx, r, l, r.tables.groups, query.Groups, query.GroupOrder, func(c model.DirectoryCounts) int64 { return c.Groups })
}

// listOf is a list of the rows of one table; all says how many a directory
// holds.
func listOf[T any, P ~func(*sql.Selector)](ctx context.Context, r *Resolver, l List, t rows[T], filterOf func(filter.Expr, query.Scope) (P, error), orderOf func(filter.AttributePath, bool, query.Scope) (query.Order, error), all func(model.DirectoryCounts) int64) (*Page[T], error) {
	scope, err := r.listScope(ctx, l)
	if err != nil {
		return nil, err
	}
	predicate, err := compile(l, scope, filterOf)
	if err != nil {
		return nil, err
	}
	o, err := l.order(orderOf, scope)
	if err != nil {
		return nil, err
	}
	query := func(ctx context.Context, window ...narrowing) reader[T] {
		where := []narrowing{sql.FieldEQ("directory_id", l.DirectoryID)}
		if predicate != nil {
			where = append(where, narrowing(predicate))
		}
		return t.query(ctx, append(where, window...))
	}
	rows := source[T]{
		table: t.table,
		order: o,
		place: func(row T) (Place, error) {
			return o.PlaceOf(t.id(row), func(column string) (ent.Value, error) { return t.value(row, column) })
		},
		read: func(ctx context.Context, window func(*sql.Selector), offset, limit int) ([]T, error) {
			return query(ctx, window, part(offset, limit)).all(ctx)
		},
		idAt: func(ctx context.Context, offset int, fromEnd bool) (uuid.UUID, error) {
			ids, err := query(ctx, sql.OrderByField("id", from(fromEnd)).ToFunc(), part(offset, 1)).ids(ctx)
			if err == nil && len(ids) == 0 {
				err = &ent.NotFoundError{}
			}
			if err != nil {
				return uuid.Nil, err
			}
			return ids[0], nil
		},
		count: func(ctx context.Context) (int64, error) {
			if predicate == nil {
				c, err := r.countsOf(ctx, l.DirectoryID)
				return all(c), err
			}
			n, err := query(ctx).count(ctx)
			return int64(n), err
		},
	}
	// A page may hold less than was asked for (RFC 7644 §3.4.2.4).
	return fitting(ctx, r.pageBytes, l.Count, func(ctx context.Context, n int) (*Page[T], error) {
		l.Count = n
		return readPage(ctx, r, l, rows)
	})
}

// part takes some rows behind some others.
func part(offset, limit int) narrowing {
	return func(s *sql.Selector) {
		if offset > 0 {
			s.Offset(offset)
		}
		s.Limit(limit)
	}
}

// sorted reports whether a list is in another order than that of creation.
func (l List) sorted() bool { return l.SortBy.Name != "" || l.SortBy.URN != "" }

func (l List) order(of func(filter.AttributePath, bool, query.Scope) (query.Order, error), s query.Scope) (query.Order, error) {
	if !l.sorted() {
		return query.Order{}, nil
	}
	o, err := of(l.SortBy, l.Descending, s)
	if e, ok := errors.AsType[*query.Error](err); ok {
		return o, apierror.Errorf(apierror.Invalid, "sortBy", "%s", e.Reason)
	}
	return o, err
}

func compile[P ~func(*sql.Selector)](l List, s query.Scope, f func(filter.Expr, query.Scope) (P, error)) (P, error) {
	if l.Filter == nil {
		return nil, nil
	}
	predicate, err := f(l.Filter, s)
	if e, ok := errors.AsType[*query.Error](err); ok {
		return nil, apierror.Errorf(apierror.Invalid, "filter", "%s", e.Reason)
	}
	return predicate, err
}

// listScope is what a list looks at, with the directory's extensions where the
// list needs to know them.
func (r *Resolver) listScope(ctx context.Context, l List) (s query.Scope, err error) {
	s = r.scope(ctx, l.DirectoryID)
	s.AllTypes = l.AllTypes
	if query.NeedsExtensions(l.Filter) || query.NeedsExtensions(filter.Present{Path: l.SortBy}) {
		s.Extensions, err = r.SchemaExtensions(ctx, l.DirectoryID)
	}
	return s, err
}

func (r *Resolver) scope(ctx context.Context, directoryID uuid.UUID) query.Scope {
	v, _ := viewer.FromContext(ctx)
	return query.Scope{Company: v.CompanyID, Directory: directoryID, URL: r.scimURL()}
}

// source is how a list of one type is read.
type source[T any] struct {
	table string
	order query.Order
	place func(T) (Place, error)
	read  func(ctx context.Context, window func(*sql.Selector), offset, limit int) ([]T, error)
	idAt  func(ctx context.Context, offset int, fromEnd bool) (uuid.UUID, error)
	count func(ctx context.Context) (int64, error)
}
