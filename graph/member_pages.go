package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/model"
)

// membersOfGroup is a page of the members of a group. The total is maintained.
func (r *Resolver) membersOfGroup(ctx context.Context, g *ent.Group, args pageArgs) (*model.MembershipConnection, error) {
	q := r.client(ctx).Membership.Query().Where(membership.DirectoryID(g.DirectoryID), membership.GroupID(g.ID))
	return memberships(ctx, q, args, membership.FieldMemberID, func(context.Context) (int64, error) { return g.MemberCount, nil })
}

// groupsOfUser is a page of the memberships of a user.
func (r *Resolver) groupsOfUser(ctx context.Context, u *ent.User, args pageArgs) (*model.MembershipConnection, error) {
	q := r.client(ctx).Membership.Query().Where(membership.DirectoryID(u.DirectoryID), membership.MemberID(u.ID))
	count := q.Clone()
	return memberships(ctx, q, args, membership.FieldGroupID, func(ctx context.Context) (int64, error) {
		n, err := count.Count(ctx)
		return int64(n), err
	})
}

// memberships reads a page in the order of one side's id, which an index of
// the other side's serves.
func memberships(ctx context.Context, q *ent.MembershipQuery, args pageArgs, side string, total model.Total) (*model.MembershipConnection, error) {
	w, err := args.window(order{column: side})
	if err != nil {
		return nil, err
	}
	rows, err := q.Where(w.apply).All(ctx)
	if err != nil {
		return nil, err
	}
	place := func(m *ent.Membership) position {
		if side == membership.FieldGroupID {
			return position{m.GroupID.String(), m.ID}
		}
		return position{m.MemberID.String(), m.ID}
	}
	rows, info := cut(w, rows, place)
	c := &model.MembershipConnection{Edges: make([]model.MembershipEdge, len(rows)), PageInfo: info, Total: total}
	for i, m := range rows {
		c.Edges[i] = model.MembershipEdge{Node: m, Cursor: w.order.cursor(place(m))}
	}
	return c, nil
}

func (r *Resolver) groupOf(ctx context.Context, m *ent.Membership) (*ent.Group, error) {
	return r.client(ctx).Group.Query().Where(group.DirectoryID(m.DirectoryID), group.ID(m.GroupID)).Only(ctx)
}

func (r *Resolver) memberOf(ctx context.Context, m *ent.Membership) (model.GroupMember, error) {
	if schematype.TypeOf(m.MemberID) == schematype.TypeGroup {
		return r.client(ctx).Group.Query().Where(group.DirectoryID(m.DirectoryID), group.ID(m.MemberID)).Only(ctx)
	}
	return r.client(ctx).User.Query().Where(user.DirectoryID(m.DirectoryID), user.ID(m.MemberID)).Only(ctx)
}

// node returns anything by its id, or nil. The id's own type says where to look.
func (r *Resolver) node(ctx context.Context, id uuid.UUID) (model.Node, error) {
	client := r.client(ctx)
	switch schematype.TypeOf(id) {
	case schematype.TypeCompany:
		return nodeOf(client.Company.Get(ctx, id))
	case schematype.TypeDirectory:
		return nodeOf(client.Directory.Get(ctx, id))
	case schematype.TypeKey:
		return nodeOf(client.Key.Get(ctx, id))
	case schematype.TypeUser:
		return nodeOf(r.FindUser(ctx, id))
	case schematype.TypeGroup:
		return nodeOf(r.FindGroup(ctx, id))
	case schematype.TypeMembership:
		return nodeOf(client.Membership.Get(ctx, id))
	}
	return nil, nil
}

// nodeOf keeps a nil pointer from becoming an interface that is not nil.
func nodeOf[T any](found *T, err error) (model.Node, error) {
	found, err = orNull(found, err)
	if found == nil || err != nil {
		return nil, err
	}
	return found, nil
}

func (r *Resolver) nodes(ctx context.Context, ids []uuid.UUID) ([]model.Node, error) {
	if len(ids) > maxIDs {
		return nil, failf(CodeLimit, "ids", "at most %d ids", maxIDs)
	}
	nodes := make([]model.Node, len(ids))
	for i, id := range ids {
		n, err := r.node(ctx, id)
		if err != nil {
			return nil, err
		}
		nodes[i] = n
	}
	return nodes, nil
}
