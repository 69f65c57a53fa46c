package people

import (
	"context"
	"errors"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/list"
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
	StartIndex  int                  // of the first one wanted, from 1
	Seek        *list.Seek           // where the part is, instead of StartIndex
	Count       int                  // how many are wanted at most; 0 for the total alone
	AllTypes    bool                 // it is one of several lists, of all types: see query.Scope
}

// ListUsers returns users of a directory. In the order of creation a page deep
// in the list costs what the first costs when the one before it was asked for
// lately; in any other order the database skips what comes before.
func (r *Reader) ListUsers(ctx context.Context, l List) (*list.Page[*ent.User], error) {
	return listOf(ctx, r, l, r.Tables.Users, query.Users, query.UserOrder, func(c model.DirectoryCounts) int64 { return c.Users })
}

// ListGroups returns groups of a directory; see ListUsers.
func (r *Reader) ListGroups(ctx context.Context, l List) (*list.Page[*ent.Group], error) {
	return listOf(ctx, r, l, r.Tables.Groups, query.Groups, query.GroupOrder, func(c model.DirectoryCounts) int64 { return c.Groups })
}

// listOf is a list of the rows of one table; all says how many a directory
// holds.
func listOf[T any, P ~func(*sql.Selector)](ctx context.Context, r *Reader, l List, t list.Table[T], filterOf func(filter.Expr, query.Scope) (P, error), orderOf func(filter.AttributePath, bool, query.Scope) (list.Order, error), all func(model.DirectoryCounts) int64) (*list.Page[T], error) {
	scope, err := r.listScope(ctx, l)
	if err != nil {
		return nil, err
	}
	resources := list.Resources[T]{
		Table: t, Where: []list.Predicate{sql.FieldEQ("directory_id", l.DirectoryID)}, Sorted: l.sorted(),
		Filtered: l.Filter != nil, Indexes: r.IndexPages, Name: l.name(t.Name),
		Count: func(ctx context.Context) (int64, error) {
			counts, err := r.Feed.Counts(ctx, []uuid.UUID{l.DirectoryID})
			return all(counts[l.DirectoryID]), err
		},
	}
	if l.Filter != nil {
		holds, err := compile(l, scope, filterOf)
		if err != nil {
			return nil, err
		}
		resources.Where = append(resources.Where, list.Predicate(holds))
		resources.Count = func(ctx context.Context) (int64, error) { return t.Count(ctx, resources.Where...) }
	}
	if resources.Order, err = l.order(orderOf, scope); err != nil {
		return nil, err
	}
	return resources.Page(ctx, list.Part{StartIndex: l.StartIndex, Seek: l.Seek, Count: l.Count}, r.PageBytes)
}

// sorted reports whether a list is in another order than that of creation.
func (l List) sorted() bool { return l.SortBy.Name != "" || l.SortBy.URN != "" }

// name tells lists in the order of creation apart.
func (l List) name(table string) string {
	if l.Filter == nil {
		return fmt.Sprint(l.DirectoryID, " ", table)
	}
	return fmt.Sprint(l.DirectoryID, " ", table, " ", l.Filter.String())
}

func (l List) order(of func(filter.AttributePath, bool, query.Scope) (list.Order, error), s query.Scope) (list.Order, error) {
	if !l.sorted() {
		return list.Order{}, nil
	}
	o, err := of(l.SortBy, l.Descending, s)
	if e, ok := errors.AsType[*query.Error](err); ok {
		return o, apierror.Errorf(apierror.Invalid, "sortBy", "%s", e.Reason)
	}
	return o, err
}

func compile[P ~func(*sql.Selector)](l List, s query.Scope, f func(filter.Expr, query.Scope) (P, error)) (P, error) {
	predicate, err := f(l.Filter, s)
	if e, ok := errors.AsType[*query.Error](err); ok {
		return nil, apierror.Errorf(apierror.Invalid, "filter", "%s", e.Reason)
	}
	return predicate, err
}

// listScope is what a list looks at, with the directory's extensions where the
// list needs to know them.
func (r *Reader) listScope(ctx context.Context, l List) (s query.Scope, err error) {
	s = r.scope(ctx, l.DirectoryID)
	s.AllTypes = l.AllTypes
	if query.NeedsExtensions(l.Filter) || query.NeedsExtensions(filter.Present{Path: l.SortBy}) {
		s.Extensions, err = r.Extensions.Of(ctx, l.DirectoryID)
	}
	return s, err
}

func (r *Reader) scope(ctx context.Context, directoryID uuid.UUID) query.Scope {
	v, _ := viewer.FromContext(ctx)
	return query.Scope{Company: v.CompanyID, Directory: directoryID, URL: r.URL}
}
