package graph

import (
	"context"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/model"
)

// membersOfGroup is a page of the members of a group. The total of all of them
// is maintained.
func (r *Resolver) membersOfGroup(ctx context.Context, g *ent.Group, args pageArgs, in *model.MembershipWhereInput) (*model.MembershipConnection, error) {
	k := pageKey{list: membersList, directory: g.DirectoryID, id: g.ID}
	total := func(context.Context) (int64, error) { return g.MemberCount, nil }
	if in != nil && in.MemberType != nil {
		k.member = *in.MemberType
		total = func(ctx context.Context) (int64, error) {
			n, err := r.client(ctx).Membership.Query().
				Where(membership.DirectoryID(g.DirectoryID), membership.GroupID(g.ID), ofType(k.member)).Count(ctx)
			return int64(n), err
		}
	}
	return r.membershipsPage(ctx, k, args, total)
}

// groupsOfUser is a page of the memberships of a user.
func (r *Resolver) groupsOfUser(ctx context.Context, u *ent.User, args pageArgs) (*model.MembershipConnection, error) {
	k := pageKey{list: groupsList, directory: u.DirectoryID, id: u.ID}
	return r.membershipsPage(ctx, k, args, func(ctx context.Context) (int64, error) {
		n, err := r.client(ctx).Membership.Query().Where(membership.DirectoryID(u.DirectoryID), membership.MemberID(u.ID)).Count(ctx)
		return int64(n), err
	})
}

func (r *Resolver) membershipsPage(ctx context.Context, k pageKey, args pageArgs, total model.Total) (*model.MembershipConnection, error) {
	p, err := ownedPage(ctx, r, k, args, &r.batchesOf(ctx).memberships, pageKey.membership)
	if err != nil {
		return nil, err
	}
	c := &model.MembershipConnection{Edges: make([]model.MembershipEdge, len(p.rows)), PageInfo: p.info, Total: total}
	for i, m := range p.rows {
		c.Edges[i] = model.MembershipEdge{Node: m, Cursor: p.cursors[i]}
	}
	return c, nil
}

// reportsOf is a page of the users whose manager a user is.
func (r *Resolver) reportsOf(ctx context.Context, u *ent.User, args pageArgs) (*model.UserConnection, error) {
	k := pageKey{list: reportsList, directory: u.DirectoryID, id: u.ID}
	p, err := ownedPage(ctx, r, k, args, &r.batchesOf(ctx).reports, pageKey.report)
	if err != nil {
		return nil, err
	}
	c := &model.UserConnection{Edges: make([]model.UserEdge, len(p.rows)), PageInfo: p.info, Total: func(ctx context.Context) (int64, error) {
		n, err := r.client(ctx).User.Query().
			Where(user.DirectoryID(u.DirectoryID), user.Manager(u.ID.String()), visible(r.scope(ctx, u.DirectoryID))).Count(ctx)
		return int64(n), err
	}}
	for i, u := range p.rows {
		c.Edges[i] = model.UserEdge{Node: u, Cursor: p.cursors[i]}
	}
	return c, nil
}

func (r *Resolver) groupOf(ctx context.Context, m *ent.Membership) (*ent.Group, error) {
	return orMissing(r.batchesOf(ctx).groups.load(ctx, inDirectoryKey{m.DirectoryID, m.GroupID}))
}

func (r *Resolver) memberOf(ctx context.Context, m *ent.Membership) (model.GroupMember, error) {
	key := inDirectoryKey{m.DirectoryID, m.MemberID}
	if schematype.TypeOf(m.MemberID) == schematype.TypeGroup {
		return orMissing(r.batchesOf(ctx).groups.load(ctx, key))
	}
	return orMissing(r.batchesOf(ctx).users.load(ctx, key))
}
