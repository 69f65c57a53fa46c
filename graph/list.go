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

// List asks for a part of the users or groups of a directory, oldest first.
type List struct {
	DirectoryID uuid.UUID
	Filter      filter.Expr // nil for all
	StartIndex  int         // place of the first one wanted, from 1
	Count       int         // how many are wanted at most; 0 for the total alone
}

// Page is the part that was asked for and how many there are in all.
type Page[T any] struct {
	Items []T
	Total int64
}

// ListUsers returns users of a directory. A page deep in the list costs what
// the first costs when the one before it was asked for lately.
func (r *Resolver) ListUsers(ctx context.Context, l List) (*Page[*ent.User], error) {
	predicate, err := compile(l, r.scope(ctx, l.DirectoryID), where.Users)
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
		id:    func(u *ent.User) uuid.UUID { return u.ID },
		after: func(ctx context.Context, after uuid.UUID, limit int) ([]*ent.User, error) {
			q := query()
			if after != uuid.Nil {
				q.Where(user.IDGT(after))
			}
			return q.Order(user.ByID()).Limit(limit).All(ctx)
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
	predicate, err := compile(l, r.scope(ctx, l.DirectoryID), where.Groups)
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
		id:    func(g *ent.Group) uuid.UUID { return g.ID },
		after: func(ctx context.Context, after uuid.UUID, limit int) ([]*ent.Group, error) {
			q := query()
			if after != uuid.Nil {
				q.Where(group.IDGT(after))
			}
			return q.Order(group.ByID()).Limit(limit).All(ctx)
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
	return where.Scope{Company: v.CompanyID, Directory: directoryID}
}

// source is how a list of one type is read.
type source[T any] struct {
	table string
	id    func(T) uuid.UUID
	after func(ctx context.Context, after uuid.UUID, limit int) ([]T, error)
	idAt  func(ctx context.Context, offset int) (uuid.UUID, error)
	count func(ctx context.Context) (int64, error)
}

// readPage reads a page by the ids after a remembered place. Where none is
// remembered it skips to the place along the index of ids, once.
func readPage[T any](ctx context.Context, r *Resolver, l List, s source[T]) (*Page[T], error) {
	if l.Count <= 0 {
		total, err := s.count(ctx)
		return &Page[T]{Total: total}, err
	}
	start := max(l.StartIndex, 1)
	at := place{directory: l.DirectoryID, table: s.table, index: start}
	if l.Filter != nil {
		at.filter = l.Filter.String()
	}
	after, err := r.placeBefore(ctx, at, s.idAt)
	if ent.IsNotFound(err) { // past the end
		total, err := s.count(ctx)
		return &Page[T]{Total: total}, err
	}
	if err != nil {
		return nil, err
	}
	items, err := s.after(ctx, after, l.Count+1)
	if err != nil {
		return nil, err
	}
	page := &Page[T]{Items: items[:min(len(items), l.Count)]}
	if len(page.Items) > 0 {
		at.index = start + len(page.Items)
		r.positions.put(at, s.id(page.Items[len(page.Items)-1]))
	}
	if len(items) <= l.Count && (start == 1 || len(items) > 0) {
		page.Total = int64(start - 1 + len(items)) // this page is the last
		return page, nil
	}
	page.Total, err = s.count(ctx)
	return page, err
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
