package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/query"
	"github.com/feddir/feddir/graph/tables"
)

// membersOfGroup is a page of the members of a group. The total of all of them
// is maintained.
func (r *Resolver) membersOfGroup(ctx context.Context, g *ent.Group, args list.Args, by []model.MembershipOrder, in *model.MembershipWhereInput) (*model.MembershipConnection, error) {
	var member model.MemberType // empty for all
	if in != nil && in.MemberType != nil {
		member = *in.MemberType
	}
	order, err := tables.MembershipOrder(by, membership.FieldMemberID, memberID)
	if err != nil {
		return nil, err
	}
	l := list.List[*ent.Membership]{
		Table: r.tables.Memberships, Scope: list.Scope{Sealer: r.cfg.Sealer, Name: membership.FieldGroupID + " " + string(member), Owner: g.ID}, By: order, Column: membership.FieldGroupID,
		OwnerOf: inGroupID, Where: list.OwnedThrough(membership.FieldGroupID, ofType(member)),
	}
	total := l.Total(ctx, tables.GroupOwner(g))
	if member == "" {
		total = func(context.Context) (int64, error) { return g.MemberCount, nil }
	}
	return membershipConnection(ctx, r, l, tables.GroupOwner(g), args, total)
}

// groupsOfUser is a page of the memberships of a user.
func (r *Resolver) groupsOfUser(ctx context.Context, u *ent.User, args list.Args, by []model.MembershipOrder) (*model.MembershipConnection, error) {
	order, err := tables.MembershipOrder(by, membership.FieldGroupID, inGroupID)
	if err != nil {
		return nil, err
	}
	l := list.List[*ent.Membership]{
		Table: r.tables.Memberships, Scope: list.Scope{Sealer: r.cfg.Sealer, Name: membership.FieldMemberID + " ", Owner: u.ID}, By: order, Column: membership.FieldMemberID,
		OwnerOf: memberID, Where: list.OwnedThrough(membership.FieldMemberID),
	}
	return membershipConnection(ctx, r, l, tables.UserOwner(u), args, l.Total(ctx, tables.UserOwner(u)))
}

func memberID(m *ent.Membership) uuid.UUID  { return m.MemberID }
func inGroupID(m *ent.Membership) uuid.UUID { return m.GroupID }

func membershipConnection(ctx context.Context, r *Resolver, l list.List[*ent.Membership], o load.Owner, args list.Args, total model.Total) (*model.MembershipConnection, error) {
	p, err := l.Page(ctx, o, args)
	if err != nil {
		return nil, err
	}
	return &model.MembershipConnection{PageInfo: p.Info, Total: total, Edges: list.Edges(p, func(m *ent.Membership, cursor string) model.MembershipEdge {
		return model.MembershipEdge{Node: m, Cursor: cursor}
	})}, nil
}

// ofType holds for the memberships of members of a type.
func ofType(t model.MemberType) list.Predicate {
	return func(s *sql.Selector) {
		switch t {
		case model.MemberTypeUser:
			s.Where(sql.NotNull(s.C(membership.FieldUserID)))
		case model.MemberTypeGroup:
			s.Where(sql.NotNull(s.C(membership.FieldSubgroupID)))
		}
	}
}

// reportsOf is a page of the users whose manager a user is.
func (r *Resolver) reportsOf(ctx context.Context, u *ent.User, args list.Args) (*model.UserConnection, error) {
	l := list.List[*ent.User]{
		Table: r.tables.Users, Scope: list.Scope{Sealer: r.cfg.Sealer, Name: user.FieldManager + " ", Owner: u.ID}, By: list.Oldest(r.tables.Users.ID), Column: user.FieldManager,
		OwnerOf: func(u *ent.User) uuid.UUID { return tables.ManagerID(u) },
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
