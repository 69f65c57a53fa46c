package people

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/query"
	"github.com/feddir/feddir/graph/tables"
	"github.com/feddir/feddir/internal/apierror"
)

// Users is a page of the users of a directory, or of the viewer's
// company where it is nil.
func (r *Reader) Users(ctx context.Context, directoryID *uuid.UUID, args list.Args, text *string, by []model.UserOrder, in *model.UserWhereInput) (*model.UserConnection, error) {
	if !blank(text) {
		if len(by) > 0 {
			return nil, apierror.Errorf(apierror.Invalid, "orderBy", "what query finds is ordered by how well it fits")
		}
		return r.search(ctx, directoryID, args, *text, in)
	}
	order, err := tables.UserOrder(by)
	if err != nil {
		return nil, err
	}
	expr, err := query.FromUserWhere(in)
	if err != nil {
		return nil, err
	}
	l := list.List[*ent.User]{
		Table: r.Tables.Users, Scope: list.Scope{Sealer: r.Sealer, Name: "users", Owner: ownerID(directoryID)}, By: order, Column: user.FieldDirectoryID,
		OwnerOf: func(u *ent.User) uuid.UUID { return u.DirectoryID },
		Where:   filtered(r, directoryID, expr, query.Users, visible),
	}
	p, total, err := inDirectoryOrCompany(ctx, r, l, directoryID, args)
	if err != nil {
		return nil, err
	}
	if in == nil {
		total = r.usersTotal(ctx, directoryID)
	}
	return userConnection(p, total), nil
}

func userConnection(p list.Connection[*ent.User], total model.Total) *model.UserConnection {
	return &model.UserConnection{PageInfo: p.Info, Total: total, Edges: list.Edges(p, func(u *ent.User, cursor string) model.UserEdge {
		return model.UserEdge{Node: u, Cursor: cursor}
	})}
}

// Groups is a page of the groups of a directory, or of the viewer's
// company where it is nil.
func (r *Reader) Groups(ctx context.Context, directoryID *uuid.UUID, args list.Args, text *string, by []model.GroupOrder, in *model.GroupWhereInput) (*model.GroupConnection, error) {
	if !blank(text) {
		if len(by) > 0 {
			return nil, apierror.Errorf(apierror.Invalid, "orderBy", "what query finds is ordered by name")
		}
		named, err := groupsNamed(*text, in)
		if err != nil {
			return nil, err
		}
		in, by = named, []model.GroupOrder{{Field: model.GroupOrderFieldName, Direction: model.OrderDirectionAsc}}
	}
	order, err := tables.GroupOrder(by)
	if err != nil {
		return nil, err
	}
	expr, err := query.FromGroupWhere(in)
	if err != nil {
		return nil, err
	}
	l := list.List[*ent.Group]{
		Table: r.Tables.Groups, Scope: list.Scope{Sealer: r.Sealer, Name: "groups", Owner: ownerID(directoryID)}, By: order, Column: group.FieldDirectoryID,
		OwnerOf: func(g *ent.Group) uuid.UUID { return g.DirectoryID },
		Where:   filtered(r, directoryID, expr, query.Groups, everything),
	}
	p, total, err := inDirectoryOrCompany(ctx, r, l, directoryID, args)
	if err != nil {
		return nil, err
	}
	if in == nil {
		total = r.groupsTotal(ctx, directoryID)
	}
	return &model.GroupConnection{PageInfo: p.Info, Total: total, Edges: list.Edges(p, func(g *ent.Group, cursor string) model.GroupEdge {
		return model.GroupEdge{Node: g, Cursor: cursor}
	})}, nil
}

// Reports is a page of the users whose manager a user is.
func (r *Reader) Reports(ctx context.Context, u *ent.User, args list.Args) (*model.UserConnection, error) {
	l := list.List[*ent.User]{
		Table: r.Tables.Users, Scope: list.Scope{Sealer: r.Sealer, Name: user.FieldManager + " ", Owner: u.ID}, By: list.Oldest(r.Tables.Users.ID), Column: user.FieldManager,
		OwnerOf: tables.ManagerID,
		Where: func(o load.Owner) ([]list.Predicate, error) {
			return list.Owned(user.Manager(o.ID.String()), visible(query.Scope{Company: o.Company, Directory: o.Directory}))(o)
		},
	}
	p, err := l.Page(ctx, tables.UserOwner(u), args)
	if err != nil {
		return nil, err
	}
	return userConnection(p, l.Total(ctx, tables.UserOwner(u))), nil
}

// User returns the one user of a directory that in describes, or nil.
// Of several with one external id it is the oldest.
func (r *Reader) User(ctx context.Context, directoryID uuid.UUID, in model.UserWhereInput) (*ent.User, error) {
	c, err := r.Users(ctx, &directoryID, list.Args{First: new(1)}, nil, nil, &in)
	if err != nil || len(c.Edges) == 0 {
		return nil, err
	}
	return c.Edges[0].Node, nil
}

// Group returns the one group of a directory that in describes, or nil.
func (r *Reader) Group(ctx context.Context, directoryID uuid.UUID, in model.GroupWhereInput) (*ent.Group, error) {
	c, err := r.Groups(ctx, &directoryID, list.Args{First: new(1)}, nil, nil, &in)
	if err != nil || len(c.Edges) == 0 {
		return nil, err
	}
	return c.Edges[0].Node, nil
}

// inDirectoryOrCompany is a page of a list of a directory, or of all
// directories of the viewer's company where it is nil, and its total.
func inDirectoryOrCompany[T any](ctx context.Context, r *Reader, l list.List[T], directoryID *uuid.UUID, args list.Args) (list.Connection[T], model.Total, error) {
	v, _ := viewer.FromContext(ctx)
	if directoryID == nil {
		p, err := l.CompanyPage(ctx, args, r.someDirectories)
		return p, l.Total(ctx, load.Owner{Company: v.CompanyID}), err
	}
	l.By = l.By.InOneDirectory()
	o := load.Owner{Company: v.CompanyID, Directory: *directoryID, ID: *directoryID}
	p, err := l.Page(ctx, o, args)
	return p, l.Total(ctx, o), err
}

// someDirectories returns the ids of at most so many directories of the viewer.
func (r *Reader) someDirectories(ctx context.Context, limit int) ([]uuid.UUID, error) {
	return r.Tx.Client(ctx).Directory.Query().Limit(limit).IDs(ctx)
}
