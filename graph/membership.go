package graph

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/apierror"
)

// MaxMembers is the most members one operation adds or removes.
const MaxMembers = 1000

// Members returns direct members of a group ordered by their id, those after
// the given one. Of each there is but the member's id: that of a million is
// read, too.
func (r *Resolver) Members(ctx context.Context, groupID, after uuid.UUID, limit int) ([]*ent.Membership, error) {
	q := r.client(ctx).Membership.Query().Where(membership.GroupID(groupID))
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
	q := r.client(ctx).Membership.Query().Where(membership.MemberIDIn(memberIDs...))
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

// groupRef is what adding and removing members needs to know of a group. It is
// the viewer's own knowledge where that is enough, so that a group need not be
// read; the foreign key refuses a group that does not exist.
type groupRef struct {
	id, companyID, directoryID uuid.UUID
	made                       bool // in this transaction
}

func (r *Resolver) groupRef(ctx context.Context, id uuid.UUID, version *int) (groupRef, error) {
	v, _ := viewer.FromContext(ctx)
	if version == nil && v.Kind == viewer.DirectoryKey && schematype.TypeOf(id) == schematype.TypeGroup {
		return groupRef{id: id, companyID: v.CompanyID, directoryID: v.DirectoryID}, nil
	}
	g, err := r.FindGroup(ctx, id)
	if err != nil {
		return groupRef{}, err
	}
	return groupRef{id: id, companyID: g.CompanyID, directoryID: g.DirectoryID}, checkVersion(version, g.Version)
}

// addMembers makes members; version is what the group must be at, nil for any.
func (r *Resolver) addMembers(ctx context.Context, groupID uuid.UUID, version *int, ids []uuid.UUID) (int, error) {
	if err := checkMembers(ids); err != nil {
		return 0, err
	}
	g, err := r.groupRef(ctx, groupID, version)
	if err != nil {
		return 0, err
	}
	added, err := r.insertMembersOf(ctx, g, ids)
	if err != nil || len(added) == 0 {
		return 0, r.orNoGroup(ctx, groupID, err)
	}
	return len(added), r.membersChanged(ctx, g, change.KindMEMBERS_ADDED, added)
}

// orNoGroup fails when nothing was changed because there is no such group.
func (r *Resolver) orNoGroup(ctx context.Context, groupID uuid.UUID, err error) error {
	if err != nil {
		return err
	}
	_, err = r.FindGroup(ctx, groupID)
	return err
}

func (r *Resolver) removeMembers(ctx context.Context, groupID uuid.UUID, version *int, ids []uuid.UUID) (int, error) {
	if err := checkMembers(ids); err != nil {
		return 0, err
	}
	g, err := r.groupRef(ctx, groupID, version)
	if err != nil {
		return 0, err
	}
	removed, err := r.deleteMembers(ctx, g, ids)
	if err != nil || len(removed) == 0 {
		return 0, r.orNoGroup(ctx, groupID, err)
	}
	return len(removed), r.membersChanged(ctx, g, change.KindMEMBERS_REMOVED, removed)
}

// replaceMembers makes exactly ids the members. Only the difference is
// written, in statements of at most MaxMembers rows.
func (r *Resolver) replaceMembers(ctx context.Context, groupID uuid.UUID, version *int, ids []uuid.UUID) (added, removed int, err error) {
	g, err := r.FindGroup(ctx, groupID) // locks the group: what is read stays true
	if err != nil {
		return 0, 0, err
	}
	if err := checkVersion(version, g.Version); err != nil {
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
	for _, id := range distinct(ids) {
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
func (r *Resolver) membersChanged(ctx context.Context, g groupRef, kind change.Kind, ids []uuid.UUID) error {
	n := len(ids)
	if kind == change.KindMEMBERS_REMOVED {
		n = -n
	}
	version, err := r.countMembers(ctx, g, n)
	if err != nil {
		return err
	}
	c := changeRecord{
		kind: kind, resource: change.ResourceTypeGROUP, id: g.id, version: version,
		companyID: g.companyID, directoryID: g.directoryID,
		counts: counts{memberships: n},
	}
	if kind == change.KindMEMBERS_ADDED {
		c.after = attributes{"members": ids}
	} else {
		c.before = attributes{"members": ids}
	}
	return r.record(ctx, c)
}

// countMembers adds to the number of a group's members and returns the group's
// version, which a transaction raises once.
func (r *Resolver) countMembers(ctx context.Context, g groupRef, n int) (version int64, err error) {
	m := memoOf(ctx)
	update := sql.Dialect(r.db.Dialect()).Update(group.Table).
		Add(group.FieldMemberCount, n).Set(group.FieldUpdatedAt, schematype.Now()).
		Where(sql.And(sql.EQ(group.FieldCompanyID, g.companyID), sql.EQ(group.FieldDirectoryID, g.directoryID), sql.EQ(group.FieldID, g.id))).
		Returning(group.FieldVersion)
	if !m.raised[g.id] {
		update.Add(group.FieldVersion, 1)
	}
	query, args := update.Query()
	rows, err := r.client(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	if !rows.Next() {
		return 0, cmp.Or(rows.Err(), error(errNoGroup))
	}
	if err := rows.Scan(&version); err != nil {
		return 0, err
	}
	m.raised[g.id] = true
	delete(m.groups, g.id)
	return version, rows.Close()
}

func (r *Resolver) insertMembers(ctx context.Context, g *ent.Group, ids []uuid.UUID) ([]uuid.UUID, error) {
	if err := checkMembers(ids); err != nil {
		return nil, err
	}
	return r.insertMembersOf(ctx, groupRef{g.ID, g.CompanyID, g.DirectoryID, true}, ids)
}

// insertMembersOf makes ids members and returns those that were not before.
// It neither reads the group nor its members: who is a member already is found
// by the row that the database did not insert.
func (r *Resolver) insertMembersOf(ctx context.Context, g groupRef, ids []uuid.UUID) ([]uuid.UUID, error) {
	ids = distinct(ids)
	if len(ids) == 0 {
		return nil, nil
	}
	if err := r.checkCycle(ctx, g, ids); err != nil {
		return nil, err
	}
	client := r.client(ctx)
	v, _ := viewer.FromContext(ctx)
	rows := make([]*ent.MembershipCreate, len(ids))
	made := make([]uuid.UUID, len(ids))
	for i, id := range ids {
		made[i] = schematype.NewID(schematype.TypeMembership)
		rows[i] = client.Membership.Create().SetID(made[i]).
			SetCompanyID(g.companyID).SetDirectoryID(g.directoryID).SetSource(v.Source).
			SetGroupID(g.id).SetMemberID(id)
		switch schematype.TypeOf(id) {
		case schematype.TypeUser:
			rows[i].SetUserID(id)
		case schematype.TypeGroup:
			rows[i].SetSubgroupID(id)
		default:
			return nil, errNoMember(id)
		}
	}
	err := client.Membership.CreateBulk(rows...).
		OnConflictColumns(membership.FieldDirectoryID, membership.FieldGroupID, membership.FieldMemberID).
		DoNothing().Exec(ctx)
	if _, foreign := sqlconn.IsForeignKeyViolation(err); foreign {
		return nil, &missingMember{group: g, ids: ids, cause: err}
	}
	if err != nil {
		return nil, err
	}
	return r.inserted(ctx, g, made)
}

// inserted returns the members whose rows are among made. The database is not
// to sort them: SQLite would walk all memberships of the directory in that order.
func (r *Resolver) inserted(ctx context.Context, g groupRef, made []uuid.UUID) ([]uuid.UUID, error) {
	var rows []struct {
		MemberID uuid.UUID `json:"member_id"`
	}
	err := r.client(ctx).Membership.Query().
		Where(membership.DirectoryID(g.directoryID), membership.IDIn(made...)).
		Select(membership.FieldMemberID).Scan(ctx, &rows)
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.MemberID
	}
	return distinct(ids), err
}

// deleteMembers takes ids out of a group and returns those that were in it.
// Their rows are locked first, so two who remove one member count it once.
func (r *Resolver) deleteMembers(ctx context.Context, g groupRef, ids []uuid.UUID) ([]uuid.UUID, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	members, err := r.lockMembers(ctx, g, distinct(ids))
	if err != nil || len(members) == 0 {
		return nil, err
	}
	_, err = r.client(ctx).Membership.Delete().
		Where(membership.DirectoryID(g.directoryID), membership.IDIn(slices.Collect(maps.Values(members))...)).
		Exec(ctx)
	return slices.SortedFunc(maps.Keys(members), compareIDs), err
}

// lockMembers returns which of ids are members of a group, with the ids of
// their memberships. Each is looked up by itself: PostgreSQL, which plans for
// groups of the usual size, would walk all members of a large one.
func (r *Resolver) lockMembers(ctx context.Context, g groupRef, ids []uuid.UUID) (map[uuid.UUID]uuid.UUID, error) {
	found := make(map[uuid.UUID]uuid.UUID)
	if !r.rowLocks() {
		rows, err := r.client(ctx).Membership.Query().
			Where(membership.DirectoryID(g.directoryID), membership.GroupID(g.id), membership.MemberIDIn(ids...)).All(ctx)
		for _, m := range rows {
			found[m.MemberID] = m.ID
		}
		return found, err
	}
	args := []any{g.companyID, g.directoryID, g.id}
	values := make([]string, len(ids))
	for i, id := range ids {
		args = append(args, id)
		values[i] = fmt.Sprintf("($%d::uuid)", len(args))
	}
	rows, err := r.client(ctx).QueryContext(ctx, `SELECT m.member_id, m.id FROM (VALUES `+strings.Join(values, ", ")+`) AS v(id) CROSS JOIN LATERAL (
  SELECT member_id, id FROM memberships WHERE company_id = $1 AND directory_id = $2 AND group_id = $3 AND member_id = v.id LIMIT 1 FOR UPDATE) AS m`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var member, id uuid.UUID
		if err := rows.Scan(&member, &id); err != nil {
			return nil, err
		}
		found[member] = id
	}
	return found, rows.Err()
}

func compareIDs(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }

// distinct returns ids sorted, each once: rows are always locked in one order.
func distinct(ids []uuid.UUID) []uuid.UUID {
	sorted := slices.Clone(ids)
	slices.SortFunc(sorted, compareIDs)
	return slices.Compact(sorted)
}
