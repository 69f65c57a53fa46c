package graph

import (
	"context"
	"errors"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/where"
	"github.com/feddir/feddir/scimadapter/filter"
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
}

// Page is the part that was asked for and how many there are in all.
type Page[T any] struct {
	Items []T
	Total int64

	Places []Place // of the items, where the list was asked for by Beside
	More   bool    // whether others follow in the direction of reading, likewise
}

// ListUsers returns users of a directory. In the order of creation a page deep
// in the list costs what the first costs when the one before it was asked for
// lately; in any other order the database skips what comes before.
func (r *Resolver) ListUsers(ctx context.Context, l List) (*Page[*ent.User], error) {
	scope := r.scope(ctx, l.DirectoryID)
	predicate, err := compile(l, scope, where.Users)
	if err != nil {
		return nil, err
	}
	o, err := l.order(where.UserOrder, scope)
	if err != nil {
		return nil, err
	}
	query := func() *ent.UserQuery {
		q := r.client(ctx).User.Query().Where(user.DirectoryID(l.DirectoryID))
		if predicate != nil {
			q.Where(predicate)
		}
		return q
	}
	return readPage(ctx, r, l, source[*ent.User]{
		table: user.Table,
		order: o,
		place: func(u *ent.User) (Place, error) { return o.PlaceOf(u.ID, u.Value) },
		read: func(ctx context.Context, window func(*sql.Selector), offset, limit int) ([]*ent.User, error) {
			return query().Order(window).Offset(offset).Limit(limit).All(ctx)
		},
		idAt: func(ctx context.Context, offset int) (uuid.UUID, error) {
			return query().Order(user.ByID()).Offset(offset).FirstID(ctx)
		},
		count: func(ctx context.Context) (int64, error) {
			if predicate == nil {
				c, err := r.countsOf(ctx, l.DirectoryID)
				return c.Users, err
			}
			n, err := query().Count(ctx)
			return int64(n), err
		},
	})
}

// ListGroups returns groups of a directory; see ListUsers.
func (r *Resolver) ListGroups(ctx context.Context, l List) (*Page[*ent.Group], error) {
	scope := r.scope(ctx, l.DirectoryID)
	predicate, err := compile(l, scope, where.Groups)
	if err != nil {
		return nil, err
	}
	o, err := l.order(where.GroupOrder, scope)
	if err != nil {
		return nil, err
	}
	query := func() *ent.GroupQuery {
		q := r.client(ctx).Group.Query().Where(group.DirectoryID(l.DirectoryID))
		if predicate != nil {
			q.Where(predicate)
		}
		return q
	}
	return readPage(ctx, r, l, source[*ent.Group]{
		table: group.Table,
		order: o,
		place: func(g *ent.Group) (Place, error) { return o.PlaceOf(g.ID, g.Value) },
		read: func(ctx context.Context, window func(*sql.Selector), offset, limit int) ([]*ent.Group, error) {
			return query().Order(window).Offset(offset).Limit(limit).All(ctx)
		},
		idAt: func(ctx context.Context, offset int) (uuid.UUID, error) {
			return query().Order(group.ByID()).Offset(offset).FirstID(ctx)
		},
		count: func(ctx context.Context) (int64, error) {
			if predicate == nil {
				c, err := r.countsOf(ctx, l.DirectoryID)
				return c.Groups, err
			}
			n, err := query().Count(ctx)
			return int64(n), err
		},
	})
}

// sorted reports whether a list is in another order than that of creation.
func (l List) sorted() bool { return l.SortBy.Name != "" || l.SortBy.URN != "" }

func (l List) order(of func(filter.AttributePath, bool, where.Scope) (where.Order, error), s where.Scope) (where.Order, error) {
	if !l.sorted() {
		return where.Order{}, nil
	}
	o, err := of(l.SortBy, l.Descending, s)
	if e, ok := errors.AsType[*where.Error](err); ok {
		return o, failf(CodeInvalid, "sortBy", "%s", e.Reason)
	}
	return o, err
}

func compile[P ~func(*sql.Selector)](l List, s where.Scope, f func(filter.Expr, where.Scope) (P, error)) (P, error) {
	if l.Filter == nil {
		return nil, nil
	}
	predicate, err := f(l.Filter, s)
	if e, ok := errors.AsType[*where.Error](err); ok {
		return nil, failf(CodeInvalid, "filter", "%s", e.Reason)
	}
	return predicate, err
}

func (r *Resolver) scope(ctx context.Context, directoryID uuid.UUID) where.Scope {
	v, _ := viewer.FromContext(ctx)
	return where.Scope{Company: v.CompanyID, Directory: directoryID, URL: r.scimURL()}
}

// source is how a list of one type is read.
type source[T any] struct {
	table string
	order where.Order
	place func(T) (Place, error)
	read  func(ctx context.Context, window func(*sql.Selector), offset, limit int) ([]T, error)
	idAt  func(ctx context.Context, offset int) (uuid.UUID, error)
	count func(ctx context.Context) (int64, error)
}

// readPage reads the page that starts at an index.
func readPage[T any](ctx context.Context, r *Resolver, l List, s source[T]) (*Page[T], error) {
	if l.Count <= 0 {
		total, err := s.count(ctx)
		return &Page[T]{Total: total}, err
	}
	if l.Beside != nil {
		return readBeside(ctx, l, s)
	}
	start := max(l.StartIndex, 1)
	read := readPlace[T]
	if l.sorted() {
		read = readOffset[T]
	}
	items, err := read(ctx, r, l, s, start)
	if err != nil {
		return nil, err
	}
	page := &Page[T]{Items: items[:min(len(items), l.Count)]}
	if len(items) <= l.Count && (start == 1 || len(items) > 0) {
		page.Total = int64(start - 1 + len(items)) // this page is the last
		return page, nil
	}
	page.Total, err = s.count(ctx)
	return page, err
}

// readOffset reads what comes behind the places before start, and one more
// than is wanted.
func readOffset[T any](ctx context.Context, _ *Resolver, l List, s source[T], start int) ([]T, error) {
	return s.read(ctx, s.order.From(nil, false), start-1, l.Count+1)
}

// readPlace reads by the ids after a remembered place, and one more than is
// wanted. Where none is remembered it skips to the place along the index of
// ids, once.
func readPlace[T any](ctx context.Context, r *Resolver, l List, s source[T], start int) ([]T, error) {
	at := place{directory: l.DirectoryID, table: s.table, index: start}
	if l.Filter != nil {
		at.filter = l.Filter.String()
	}
	after, err := r.placeBefore(ctx, at, s.idAt)
	if ent.IsNotFound(err) { // past the end
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var from *Place
	if after != uuid.Nil {
		from = &Place{ID: after}
	}
	items, err := s.read(ctx, s.order.From(from, false), 0, l.Count+1)
	if err != nil || len(items) == 0 {
		return nil, err
	}
	n := min(len(items), l.Count)
	last, err := s.place(items[n-1])
	at.index = start + n
	r.positions.put(at, last.ID)
	return items, err
}

// placeBefore returns the id after which the page at starts.
func (r *Resolver) placeBefore(ctx context.Context, at place, idAt func(context.Context, int) (uuid.UUID, error)) (uuid.UUID, error) {
	if at.index == 1 {
		return uuid.Nil, nil
	}
	if id, ok := r.positions.get(at); ok {
		return id, nil
	}
	return idAt(ctx, at.index-2)
}
