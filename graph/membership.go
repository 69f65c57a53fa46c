package graph

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/apierror"
)

// MaxMembers is the most members one operation adds or removes.
const MaxMembers = 1000

// Members returns direct members of a group ordered by their id, those after
// the given one. Of each there is but the member's id: that of a million is
// read, too.
func (r *Resolver) Members(ctx context.Context, groupID, after uuid.UUID, limit int) ([]*ent.Membership, error) {
	q := r.tx.Client(ctx).Membership.Query().Where(membership.GroupID(groupID))
	if v, _ := viewer.FromContext(ctx); v.DirectoryID != uuid.Nil {
		q.Where(membership.DirectoryID(v.DirectoryID))
	}
	if after != uuid.Nil {
		q.Where(membership.MemberIDGT(after))
	}
	return q.Order(membership.ByMemberID()).Limit(limit).Select(membership.FieldMemberID).All(ctx)
}

// GroupOf is a group that a user or group is a direct member of.
type GroupOf struct {
	MemberID, GroupID uuid.UUID
	Name              string // of the group
}

const groupName = "group_name"

// GroupsOf returns at most limit of the groups that members are in, ordered by
// the ids of members and groups, those after a group.
func (r *Resolver) GroupsOf(ctx context.Context, memberIDs []uuid.UUID, after uuid.UUID, limit int) ([]GroupOf, error) {
	q := r.tx.Client(ctx).Membership.Query().Where(membership.MemberIDIn(memberIDs...))
	if v, _ := viewer.FromContext(ctx); v.DirectoryID != uuid.Nil {
		q.Where(membership.DirectoryID(v.DirectoryID))
	}
	if after != uuid.Nil {
		q.Where(membership.GroupIDGT(after))
	}
	q.Modify(func(s *sql.Selector) {
		g := sql.Table(group.Table)
		s.Join(g).OnP(sql.And(
			sql.ColumnsEQ(s.C(membership.FieldCompanyID), g.C(group.FieldCompanyID)),
			sql.ColumnsEQ(s.C(membership.FieldDirectoryID), g.C(group.FieldDirectoryID)),
			sql.ColumnsEQ(s.C(membership.FieldGroupID), g.C(group.FieldID)),
		))
		s.AppendSelectAs(g.C(group.FieldDisplayName), groupName)
	})
	rows, err := q.Order(membership.ByMemberID(), membership.ByGroupID()).Limit(limit).All(ctx)
	if err != nil {
		return nil, err
	}
	groups := make([]GroupOf, len(rows))
	for i, m := range rows {
		name, err := m.Value(groupName)
		if err != nil {
			return nil, err
		}
		groups[i] = GroupOf{m.MemberID, m.GroupID, textOf(name)}
	}
	return groups, nil
}

// textOf is text as a driver gives it.
func textOf(v any) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	text, _ := v.(string)
	return text
}

// LockForMembers is [tx.Runner.LockForMembers].
func (r *Resolver) LockForMembers(ctx context.Context, groupID uuid.UUID, ids []uuid.UUID) error {
	return r.tx.LockForMembers(ctx, groupID, ids)
}

// addMembers makes members; version is what the group must be at, nil for any.
func (r *Resolver) addMembers(ctx context.Context, groupID uuid.UUID, version *int, ids []uuid.UUID) (int, error) {
	if err := checkMembers(ids); err != nil {
		return 0, err
	}
	if err := r.LockForMembers(ctx, groupID, ids); err != nil {
		return 0, err
	}
	g, err := r.FindGroup(ctx, groupID)
	if err != nil {
		return 0, err
	}
	if err := dberror.CheckVersion(version, g.Version); err != nil {
		return 0, err
	}
	added, err := r.insertMembers(ctx, g, false, ids)
	if err != nil || len(added) == 0 {
		return 0, err
	}
	return len(added), r.membersChanged(ctx, g, change.KindMEMBERS_ADDED, added)
}

func (r *Resolver) removeMembers(ctx context.Context, groupID uuid.UUID, version *int, ids []uuid.UUID) (int, error) {
	if err := checkMembers(ids); err != nil {
		return 0, err
	}
	g, err := r.FindGroup(ctx, groupID)
	if err != nil {
		return 0, err
	}
	if err := dberror.CheckVersion(version, g.Version); err != nil {
		return 0, err
	}
	removed, err := r.deleteMembers(ctx, g, ids)
	if err != nil || len(removed) == 0 {
		return 0, err
	}
	return len(removed), r.membersChanged(ctx, g, change.KindMEMBERS_REMOVED, removed)
}

// replaceMembers makes exactly ids the members. Only the difference is
// written, in statements of at most MaxMembers rows.
func (r *Resolver) replaceMembers(ctx context.Context, groupID uuid.UUID, version *int, ids []uuid.UUID) (added, removed int, err error) {
	if err := r.LockForMembers(ctx, groupID, ids); err != nil {
		return 0, 0, err
	}
	g, err := r.FindGroup(ctx, groupID) // locks the group: what is read stays true
	if err != nil {
		return 0, 0, err
	}
	if err := dberror.CheckVersion(version, g.Version); err != nil {
		return 0, 0, err
	}
	if g.MemberCount-int64(len(ids)) > maxRemoved {
		return 0, 0, apierror.Errorf(apierror.Limit, "memberIds", "the group has %d members; at most %d can leave it at once: remove them in several requests, or delete the group", g.MemberCount, maxRemoved)
	}
	wanted := make(map[uuid.UUID]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	var gone []uuid.UUID
	for after := uuid.Nil; ; {
		page, err := r.Members(ctx, groupID, after, MaxMembers)
		if err != nil {
			return 0, 0, err
		}
		for _, m := range page {
			if !wanted[m.MemberID] {
				gone = append(gone, m.MemberID)
			}
			delete(wanted, m.MemberID)
			after = m.MemberID
		}
		if len(page) < MaxMembers {
			break
		}
	}
	var missing []uuid.UUID
	for _, id := range tx.Distinct(ids) {
		if wanted[id] {
			missing = append(missing, id)
		}
	}
	return r.exchangeMembers(ctx, g, missing, gone)
}

func (r *Resolver) exchangeMembers(ctx context.Context, g *ent.Group, missing, gone []uuid.UUID) (added, removed int, err error) {
	for chunk := range slices.Chunk(gone, MaxMembers) {
		n, err := r.removeMembers(ctx, g.ID, nil, chunk)
		if err != nil {
			return 0, 0, err
		}
		removed += n
	}
	for chunk := range slices.Chunk(missing, MaxMembers) {
		n, err := r.addMembers(ctx, g.ID, nil, chunk)
		if err != nil {
			return 0, 0, err
		}
		added += n
	}
	return added, removed, nil
}

func checkMembers(ids []uuid.UUID) error {
	if len(ids) > MaxMembers {
		return apierror.Errorf(apierror.Limit, "memberIds", "at most %d members at a time", MaxMembers)
	}
	return nil
}

// membersChanged counts and records that members came or went.
func (r *Resolver) membersChanged(ctx context.Context, g *ent.Group, kind change.Kind, ids []uuid.UUID) error {
	n := len(ids)
	if kind == change.KindMEMBERS_REMOVED {
		n = -n
	}
	g, err := r.countMembers(ctx, g, n)
	if err != nil {
		return err
	}
	c := groupChange(g, kind)
	c.Counts = feed.Counts{Memberships: n}
	if kind == change.KindMEMBERS_ADDED {
		c.After = attribute.Values{"members": ids}
	} else {
		c.Before = attribute.Values{"members": ids}
	}
	return r.feed.Record(ctx, c)
}

// countMembers adds to the number of a locked group's members and returns the
// group as it is then. A transaction bumps its version once.
func (r *Resolver) countMembers(ctx context.Context, g *ent.Group, n int) (*ent.Group, error) {
	c, updated := tx.CacheOf(ctx), *g
	updated.MemberCount += int64(n)
	updated.UpdatedAt = schematype.Now()
	update := r.tx.Client(ctx).Group.Update().Where(group.ID(g.ID), group.DirectoryID(g.DirectoryID)).
		AddMemberCount(int64(n)).SetUpdatedAt(updated.UpdatedAt)
	if !c.VersionBumped(g.ID) {
		updated.Version++
		update.AddVersion(1)
	}
	if err := update.Exec(ctx); err != nil {
		return nil, err
	}
	c.HoldGroup(&updated)
	return &updated, nil
}

// mayChangeMembers fails where the viewer may not change the members of a
// group. The statements that do so return what they did, which ent's cannot, so
// ent's policy is asked by itself.
func (r *Resolver) mayChangeMembers(ctx context.Context, g *ent.Group) error {
	create := r.tx.Client(ctx).Membership.Create().SetCompanyID(g.CompanyID).SetDirectoryID(g.DirectoryID)
	return membership.Policy.EvalMutation(ctx, create.Mutation())
}

// insertMembers makes ids members of a locked group and returns those that were
// not before. created tells that the transaction has just made the group. It
// does not read the group's members: who is one already is found by the row that
// the database did not insert.
func (r *Resolver) insertMembers(ctx context.Context, g *ent.Group, created bool, ids []uuid.UUID) ([]uuid.UUID, error) {
	if err := checkMembers(ids); err != nil {
		return nil, err
	}
	ids = tx.Distinct(ids)
	if len(ids) == 0 {
		return nil, nil
	}
	if err := r.mayChangeMembers(ctx, g); err != nil {
		return nil, err
	}
	if !created {
		if err := r.checkCycle(ctx, g, tx.GroupsAmong(ids)); err != nil {
			return nil, err
		}
	}
	query, args, err := r.membersInsert(ctx, g, ids)
	if err != nil {
		return nil, err
	}
	tx.CacheOf(ctx).RefersToUsers() // the foreign keys refer to them
	inserted, err := r.tx.QueryIDs(ctx, query, args)
	if _, foreign := sqlconn.IsForeignKeyViolation(err); foreign {
		return nil, &missingMember{directoryID: g.DirectoryID, ids: ids, cause: err}
	}
	return inserted, err
}

func (r *Resolver) membersInsert(ctx context.Context, g *ent.Group, ids []uuid.UUID) (query string, args []any, err error) {
	v, _ := viewer.FromContext(ctx)
	now := schematype.Now()
	insert := sql.Dialect(r.tx.Dialect()).Insert(membership.Table).Columns(
		membership.FieldID, membership.FieldCompanyID, membership.FieldDirectoryID, membership.FieldSource, membership.FieldCreatedAt,
		membership.FieldGroupID, membership.FieldMemberID, membership.FieldUserID, membership.FieldSubgroupID)
	for _, id := range ids {
		var userID, subgroupID any
		switch schematype.TypeOf(id) {
		case schematype.TypeUser:
			userID = id
		case schematype.TypeGroup:
			subgroupID = id
		default:
			return "", nil, errNoMember(id)
		}
		insert.Values(schematype.NewID(schematype.TypeMembership), g.CompanyID, g.DirectoryID, v.Source, now, g.ID, id, userID, subgroupID)
	}
	query, args = insert.OnConflict(
		sql.ConflictColumns(membership.FieldDirectoryID, membership.FieldGroupID, membership.FieldMemberID), sql.DoNothing(),
	).Returning(membership.FieldMemberID).Query()
	return query, args, nil
}

// deleteMembers takes ids out of a locked group and returns those that were in it.
func (r *Resolver) deleteMembers(ctx context.Context, g *ent.Group, ids []uuid.UUID) ([]uuid.UUID, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if err := r.mayChangeMembers(ctx, g); err != nil {
		return nil, err
	}
	args := []any{g.CompanyID, g.DirectoryID, g.ID}
	var places []string
	for _, id := range tx.Distinct(ids) {
		args = append(args, id)
		places = append(places, fmt.Sprint("($", len(args), ")"))
	}
	return r.tx.QueryIDs(ctx, fmt.Sprintf(deleteMembersSQL[r.tx.Dialect()], strings.Join(places, ", ")), args)
}

// deleteMembersSQL looks each member up by itself on PostgreSQL, which plans
// for groups of the usual size and would walk all members of a large one.
var deleteMembersSQL = map[string]string{
	dialect.SQLite: `DELETE FROM memberships WHERE company_id = $1 AND directory_id = $2 AND group_id = $3
  AND member_id IN (VALUES %s) RETURNING member_id`,
	dialect.Postgres: `DELETE FROM memberships WHERE company_id = $1 AND directory_id = $2 AND id = ANY (ARRAY(
  SELECT m.id FROM (VALUES %s) AS v(id) CROSS JOIN LATERAL (
    SELECT id FROM memberships WHERE company_id = $1 AND directory_id = $2 AND group_id = $3 AND member_id = CAST(v.id AS uuid) LIMIT 1) AS m
  )) RETURNING member_id`,
}

// leaveAllGroups takes a locked member out of its groups, which are locked, and
// returns their ids.
func (r *Resolver) leaveAllGroups(ctx context.Context, companyID, directoryID, memberID uuid.UUID) ([]uuid.UUID, error) {
	left, err := r.tx.QueryIDs(ctx, `DELETE FROM memberships WHERE company_id = $1 AND directory_id = $2 AND member_id = $3 RETURNING group_id`,
		[]any{companyID, directoryID, memberID})
	if err != nil || len(left) == 0 {
		return nil, err
	}
	if r.tx.RowLocks() { // it may have joined another before it was locked
		if err := r.tx.LockGroups(ctx, left...); err != nil {
			return nil, err
		}
	}
	for chunk := range slices.Chunk(left, MaxMembers) { // a statement takes only so many parameters
		if err := r.tx.Client(ctx).Group.Update().
			Where(group.DirectoryID(directoryID), group.IDIn(chunk...)).
			AddMemberCount(-1).AddVersion(1).SetUpdatedAt(schematype.Now()).Exec(ctx); err != nil {
			return nil, err
		}
	}
	tx.CacheOf(ctx).MemberLeft(left)
	return left, nil
}
