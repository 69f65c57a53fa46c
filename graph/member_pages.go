package graph

import (
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// membersOfGroup is a page of the members of a group. The total is maintained.
func (r *Resolver) membersOfGroup(ctx context.Context, g *ent.Group, args pageArgs) (*model.MembershipConnection, error) {
	owner := pageKey{side: membership.FieldGroupID, directory: g.DirectoryID, id: g.ID}
	return r.membershipsPage(ctx, owner, args, func(context.Context) (int64, error) { return g.MemberCount, nil })
}

// groupsOfUser is a page of the memberships of a user.
func (r *Resolver) groupsOfUser(ctx context.Context, u *ent.User, args pageArgs) (*model.MembershipConnection, error) {
	owner := pageKey{side: membership.FieldMemberID, directory: u.DirectoryID, id: u.ID}
	return r.membershipsPage(ctx, owner, args, func(ctx context.Context) (int64, error) {
		n, err := r.client(ctx).Membership.Query().Where(membership.DirectoryID(u.DirectoryID), membership.MemberID(u.ID)).Count(ctx)
		return int64(n), err
	})
}

// pageKey is a page of the memberships of one group or of one member: of which
// side, whose, and which window.
type pageKey struct {
	side          string // the column that holds id
	directory, id uuid.UUID
	after, before position
	limit         int
	backward      bool
}

// other is the column of the other side, which the page is ordered by; an
// index serves it.
func (k pageKey) other() string {
	if k.side == membership.FieldGroupID {
		return membership.FieldMemberID
	}
	return membership.FieldGroupID
}

func (k pageKey) order() order {
	return order{columns: []column{{name: k.other()}}, unique: true}
}

func (k pageKey) window() window {
	w := window{order: k.order(), limit: k.limit, backward: k.backward}
	if k.after != (position{}) {
		w.after = &k.after
	}
	if k.before != (position{}) {
		w.before = &k.before
	}
	return w
}

func (k pageKey) position(m *ent.Membership) position {
	if k.other() == membership.FieldGroupID {
		return position{m.GroupID.String(), m.ID}
	}
	return position{m.MemberID.String(), m.ID}
}

func (r *Resolver) membershipsPage(ctx context.Context, k pageKey, args pageArgs, total model.Total) (*model.MembershipConnection, error) {
	w, err := r.window(ctx, listing{k.other(), k.id}, k.order(), args)
	if err != nil {
		return nil, err
	}
	k.limit, k.backward = w.limit, w.backward
	if w.after != nil {
		k.after = *w.after
	}
	if w.before != nil {
		k.before = *w.before
	}
	b := r.batchesOf(ctx)
	if w.after == nil && w.before == nil { // a cursor is of one group or member alone
		b.expectPages(k)
	}
	rows, _, err := b.pages.load(ctx, k)
	if err != nil {
		return nil, err
	}
	p := cut(w, rows, k.position)
	c := &model.MembershipConnection{Edges: make([]model.MembershipEdge, len(p.rows)), PageInfo: p.info, Total: total}
	for i, m := range p.rows {
		c.Edges[i] = model.MembershipEdge{Node: m, Cursor: p.cursors[i]}
	}
	return c, nil
}

// readMembershipPages reads several pages in one statement, each along its
// index: the ids of the pages joined by UNION ALL, and their rows.
func (r *Resolver) readMembershipPages(ctx context.Context, keys []pageKey) ([]*ent.Membership, error) {
	v, _ := viewer.FromContext(ctx)
	var directories []uuid.UUID
	for _, k := range keys {
		if !slices.Contains(directories, k.directory) {
			directories = append(directories, k.directory)
		}
	}
	return r.client(ctx).Membership.Query().
		Where(membership.DirectoryIDIn(directories...), func(s *sql.Selector) {
			s.Where(sql.In(s.C(membership.FieldID), pagesOfIDs(s.Dialect(), v.CompanyID, keys)))
		}).
		All(ctx)
}

// pagesOf sorts rows into the pages they were read for.
func pagesOf(keys []pageKey, rows []*ent.Membership) map[pageKey][]*ent.Membership {
	pages := make(map[pageKey][]*ent.Membership, len(keys))
	for _, k := range keys {
		w := k.window()
		var page []*ent.Membership
		for _, m := range rows {
			if k.holds(m) && w.holds(k.position(m)) {
				page = append(page, m)
			}
		}
		slices.SortFunc(page, func(a, b *ent.Membership) int { return w.compareRows(k.position(a), k.position(b)) })
		pages[k] = page[:min(len(page), k.limit+1)]
	}
	return pages
}

// holds reports whether m is of the group or member of the page.
func (k pageKey) holds(m *ent.Membership) bool {
	if k.side == membership.FieldGroupID {
		return m.GroupID == k.id && m.DirectoryID == k.directory
	}
	return m.MemberID == k.id && m.DirectoryID == k.directory
}

func pagesOfIDs(dialect string, companyID uuid.UUID, keys []pageKey) *sql.Selector {
	var all *sql.Selector
	for i, k := range keys {
		t := sql.Dialect(dialect).Table(membership.Table)
		ids := sql.Dialect(dialect).Select(t.C(membership.FieldID)).From(t).Where(sql.And(
			sql.EQ(t.C(membership.FieldCompanyID), companyID),
			sql.EQ(t.C(membership.FieldDirectoryID), k.directory),
			sql.EQ(t.C(k.side), k.id),
		))
		k.window().apply(ids)
		page := sql.Dialect(dialect).Select("id").From(ids.As(fmt.Sprint("page", i)))
		if all == nil {
			all = page
		} else {
			all.UnionAll(page)
		}
	}
	return all
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
	case schematype.TypeOAuthClient:
		return nodeOf(client.OAuthClient.Get(ctx, id))
	case schematype.TypeUser:
		return nodeOf(r.FindUser(ctx, id))
	case schematype.TypeGroup:
		return nodeOf(r.FindGroup(ctx, id))
	case schematype.TypeMembership:
		return nodeOf(client.Membership.Get(ctx, id))
	case schematype.TypeRequestRecord:
		return nodeOf(client.RequestRecord.Get(ctx, id))
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
