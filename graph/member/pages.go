package member

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/tables"
)

// PageOfGroup is a page of the members of a group. The total of all of them
// is maintained.
func (m *Members) PageOfGroup(ctx context.Context, g *ent.Group, args list.Args, by []model.MembershipOrder, in *model.MembershipWhereInput) (*model.MembershipConnection, error) {
	var member model.MemberType // empty for all
	if in != nil && in.MemberType != nil {
		member = *in.MemberType
	}
	order, err := tables.MembershipOrder(by, membership.FieldMemberID, memberID)
	if err != nil {
		return nil, err
	}
	l := list.List[*ent.Membership]{
		Table: m.table, Scope: list.Scope{Sealer: m.sealer, Name: membership.FieldGroupID + " " + string(member), Owner: g.ID}, By: order, Column: membership.FieldGroupID,
		OwnerOf: inGroupID, Where: list.OwnedThrough(membership.FieldGroupID, ofType(member)),
	}
	total := l.Total(ctx, tables.GroupOwner(g))
	if member == "" {
		total = func(context.Context) (int64, error) { return g.MemberCount, nil }
	}
	return connection(ctx, l, tables.GroupOwner(g), args, total)
}

// PageOfUser is a page of the memberships of a user.
func (m *Members) PageOfUser(ctx context.Context, u *ent.User, args list.Args, by []model.MembershipOrder) (*model.MembershipConnection, error) {
	order, err := tables.MembershipOrder(by, membership.FieldGroupID, inGroupID)
	if err != nil {
		return nil, err
	}
	l := list.List[*ent.Membership]{
		Table: m.table, Scope: list.Scope{Sealer: m.sealer, Name: membership.FieldMemberID + " ", Owner: u.ID}, By: order, Column: membership.FieldMemberID,
		OwnerOf: memberID, Where: list.OwnedThrough(membership.FieldMemberID),
	}
	return connection(ctx, l, tables.UserOwner(u), args, l.Total(ctx, tables.UserOwner(u)))
}

func memberID(m *ent.Membership) uuid.UUID  { return m.MemberID }
func inGroupID(m *ent.Membership) uuid.UUID { return m.GroupID }

func connection(ctx context.Context, l list.List[*ent.Membership], o load.Owner, args list.Args, total model.Total) (*model.MembershipConnection, error) {
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
