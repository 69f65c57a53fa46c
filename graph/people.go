package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/where"
)

// usersConnection is a page of the users of a directory, or of the viewer's
// company where it is nil.
func (r *Resolver) usersConnection(ctx context.Context, directoryID *uuid.UUID, args pageArgs, query *string, by []model.UserOrder, in *model.UserWhereInput) (*model.UserConnection, error) {
	if !blank(query) {
		if len(by) > 0 {
			return nil, failf(CodeInvalid, "orderBy", "what query finds is ordered by how well it fits")
		}
		return r.searchUsers(ctx, directoryID, args, *query, in)
	}
	order, err := userOrder(by)
	if err != nil {
		return nil, err
	}
	narrow, err := r.usersIn(ctx, directoryID, in)
	if err != nil {
		return nil, err
	}
	p, err := pageOf(ctx, r, listing{"users", ownerID(directoryID)}, order, args, func(w window) ([]*ent.User, error) {
		shown, err := r.inEachDirectory(ctx, user.Table, directoryID, w, narrow)
		if err != nil {
			return nil, err
		}
		return r.client(ctx).User.Query().Where(shown, w.apply).All(ctx)
	})
	if err != nil {
		return nil, err
	}
	r.batchesOf(ctx).sawUsers(p.rows)
	c := &model.UserConnection{Edges: make([]model.UserEdge, len(p.rows)), PageInfo: p.info, Total: func(ctx context.Context) (int64, error) {
		if in == nil {
			return r.usersTotal(ctx, directoryID)
		}
		n, err := r.client(ctx).User.Query().Where(narrow).Count(ctx)
		return int64(n), err
	}}
	for i, u := range p.rows {
		c.Edges[i] = model.UserEdge{Node: u, Cursor: p.cursors[i]}
	}
	return c, nil
}

// ownerID is the directory a list is of, the zero value for the company's.
func ownerID(directoryID *uuid.UUID) uuid.UUID {
	if directoryID == nil {
		return uuid.Nil
	}
	return *directoryID
}

// usersIn returns what narrows a query to the users asked for.
func (r *Resolver) usersIn(ctx context.Context, directoryID *uuid.UUID, in *model.UserWhereInput) (func(*sql.Selector), error) {
	var predicates []func(*sql.Selector)
	scope := r.scope(ctx, uuid.Nil)
	if directoryID != nil {
		scope.Directory = *directoryID
		predicates = append(predicates, user.DirectoryID(*directoryID))
	}
	expr, err := userFilter(in)
	if err != nil {
		return nil, err
	}
	if expr != nil {
		p, err := where.Users(expr, scope)
		if err != nil {
			return nil, failf(CodeInvalid, "where", "%v", err)
		}
		predicates = append(predicates, p)
	}
	return allOf(append(predicates, visible(scope))), nil
}

func allOf(predicates []func(*sql.Selector)) func(*sql.Selector) {
	return func(s *sql.Selector) {
		for _, p := range predicates {
			p(s)
		}
	}
}

// visible leaves out the disabled users of directories that hide them.
func visible(scope where.Scope) func(*sql.Selector) {
	return func(s *sql.Selector) {
		t := sql.Dialect(s.Dialect()).Table(directory.Table)
		hiding := sql.And(sql.EQ(t.C(directory.FieldCompanyID), scope.Company), sql.EQ(t.C(directory.FieldDisabledUsers), string(directory.DisabledUsersHIDDEN)))
		s.Where(sql.Or(
			sql.EQ(s.C(user.FieldActive), true),
			sql.NotIn(s.C(user.FieldDirectoryID), sql.Dialect(s.Dialect()).Select(t.C(directory.FieldID)).From(t).Where(hiding)),
		))
	}
}

// groupsConnection is a page of the groups of a directory, or of the viewer's
// company where it is nil.
func (r *Resolver) groupsConnection(ctx context.Context, directoryID *uuid.UUID, args pageArgs, query *string, by []model.GroupOrder, in *model.GroupWhereInput) (*model.GroupConnection, error) {
	if !blank(query) {
		if len(by) > 0 {
			return nil, failf(CodeInvalid, "orderBy", "what query finds is ordered by name")
		}
		named, err := groupsNamed(*query, in)
		if err != nil {
			return nil, err
		}
		in, by = named, []model.GroupOrder{{Field: model.GroupOrderFieldName, Direction: model.OrderDirectionAsc}}
	}
	order, err := groupOrder(by)
	if err != nil {
		return nil, err
	}
	narrow, err := r.groupsIn(ctx, directoryID, in)
	if err != nil {
		return nil, err
	}
	p, err := pageOf(ctx, r, listing{"groups", ownerID(directoryID)}, order, args, func(w window) ([]*ent.Group, error) {
		shown, err := r.inEachDirectory(ctx, group.Table, directoryID, w, narrow)
		if err != nil {
			return nil, err
		}
		return r.client(ctx).Group.Query().Where(shown, w.apply).All(ctx)
	})
	if err != nil {
		return nil, err
	}
	r.batchesOf(ctx).sawGroups(p.rows)
	c := &model.GroupConnection{Edges: make([]model.GroupEdge, len(p.rows)), PageInfo: p.info, Total: func(ctx context.Context) (int64, error) {
		if in == nil {
			return r.groupsTotal(ctx, directoryID)
		}
		n, err := r.client(ctx).Group.Query().Where(narrow).Count(ctx)
		return int64(n), err
	}}
	for i, g := range p.rows {
		c.Edges[i] = model.GroupEdge{Node: g, Cursor: p.cursors[i]}
	}
	return c, nil
}

func (r *Resolver) groupsIn(ctx context.Context, directoryID *uuid.UUID, in *model.GroupWhereInput) (func(*sql.Selector), error) {
	var predicates []func(*sql.Selector)
	scope := r.scope(ctx, uuid.Nil)
	if directoryID != nil {
		scope.Directory = *directoryID
		predicates = append(predicates, group.DirectoryID(*directoryID))
	}
	expr, err := groupFilter(in)
	if err != nil {
		return nil, err
	}
	if expr != nil {
		p, err := where.Groups(expr, scope)
		if err != nil {
			return nil, failf(CodeInvalid, "where", "%v", err)
		}
		predicates = append(predicates, p)
	}
	return allOf(predicates), nil
}

// userWhere returns the one user of a directory that in describes, or nil.
// Of several with one external id it is the oldest.
func (r *Resolver) userWhere(ctx context.Context, directoryID uuid.UUID, in model.UserWhereInput) (*ent.User, error) {
	one := 1
	c, err := r.usersConnection(ctx, &directoryID, pageArgs{first: &one}, nil, nil, &in)
	if err != nil || len(c.Edges) == 0 {
		return nil, err
	}
	return c.Edges[0].Node, nil
}

// groupWhere returns the one group of a directory that in describes, or nil.
func (r *Resolver) groupWhere(ctx context.Context, directoryID uuid.UUID, in model.GroupWhereInput) (*ent.Group, error) {
	one := 1
	c, err := r.groupsConnection(ctx, &directoryID, pageArgs{first: &one}, nil, nil, &in)
	if err != nil || len(c.Edges) == 0 {
		return nil, err
	}
	return c.Edges[0].Node, nil
}

// userInDirectory returns a user of a directory, or nil.
func (r *Resolver) userInDirectory(ctx context.Context, directoryID, id uuid.UUID) (*ent.User, error) {
	return orNone(r.batchesOf(ctx).users.load(ctx, inDirectoryKey{directoryID, id}))
}

// orNull turns "there is no such thing" into nothing.
func orNull[T any](found *T, err error) (*T, error) {
	if err != nil && CodeOf(err) == CodeNotFound {
		return nil, nil
	}
	return found, err
}

// directoryOf returns the directory that something of the viewer's is in.
func (r *Resolver) directoryOf(ctx context.Context, id uuid.UUID) (*ent.Directory, error) {
	return orMissing(r.batchesOf(ctx).directories.load(ctx, id))
}
