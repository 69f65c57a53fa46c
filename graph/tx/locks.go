package tx

import (
	"context"
	"errors"
	"maps"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/graph/attribute"
)

// On PostgreSQL every transaction takes its row locks in one order, so that no
// two wait for each other:
//
//  1. the directory, by who changes or deletes it, or puts groups into groups;
//  2. groups by their ids, each before its members change;
//  3. the user that is changed, or deleted;
//  4. memberships and values, which change only under the lock of their group
//     or user and so are never waited for: whoever deletes a member looks once
//     it is locked whether it has joined a group that is not.
//
// The lock is FOR NO KEY UPDATE, which lets others insert rows that refer to
// the locked one; only a user that is deleted is locked FOR UPDATE, so that it
// joins no further group. What foreign keys lock (FOR KEY SHARE: directories,
// groups and users by who refers to them) conflicts with nothing but deletions
// and new names, and whoever waits for a user then has all its groups.
//
// A transaction that finds too late that it needs a directory or group before
// what it has is rolled back and run again, with all of these locked first.

// statementIDs is the most ids in a statement, which takes only so many parameters.
const statementIDs = 1000

// Lock is the modifier of a query that locks the rows it reads in a transaction
// of an operation. Elsewhere, and on SQLite, it has no effect.
func (r *Runner) Lock(ctx context.Context) func(*sql.Selector) {
	if CacheOf(ctx) == nil {
		return func(*sql.Selector) {}
	}
	return entdb.Lock(entdb.NoKeyUpdate)
}

// lockPlan is what a transaction locks before anything else. It holds what
// earlier attempts found too late.
type lockPlan struct{ directories, groups []uuid.UUID }

// outOfOrder says that a transaction has to begin with more locks.
type outOfOrder struct{ directories, groups []uuid.UUID }

func (*outOfOrder) Error() string {
	return "a lock is needed that comes before those the transaction has"
}

// extend adds what an attempt was missing, and reports whether err says so.
func (p *lockPlan) extend(err error) bool {
	missing, ok := errors.AsType[*outOfOrder](err)
	if ok {
		p.directories = append(p.directories, missing.directories...)
		p.groups = append(p.groups, missing.groups...)
	}
	return ok
}

func (r *Runner) lockPlanned(ctx context.Context, p *lockPlan) error {
	for _, id := range Distinct(p.directories) {
		if err := r.lockDirectory(ctx, id); err != nil {
			return err
		}
	}
	return r.LockGroups(ctx, p.groups...)
}

// lockSet is what a transaction has locked, whether or not it exists.
type lockSet struct {
	directories, groups map[uuid.UUID]bool
	lastGroup           uuid.UUID
	users               bool // any, also by referring to it
}

// lockDirectory locks a directory's row against others who do so. It does not
// keep anybody from making users, groups or members.
func (r *Runner) lockDirectory(ctx context.Context, id uuid.UUID) error {
	c := CacheOf(ctx)
	if !r.RowLocks() || c.locked.directories[id] {
		return nil
	}
	if c.repeatable && (len(c.locked.groups) > 0 || c.locked.users) {
		return c.restartWith(&outOfOrder{directories: []uuid.UUID{id}})
	}
	_, err := r.Client(ctx).Directory.Query().Where(directory.ID(id)).Modify(entdb.Lock(entdb.NoKeyUpdate)).IDs(ctx)
	c.locked.directories[id] = true
	return err
}

// LockGroups locks groups and puts those that exist into the transaction's
// cache. On SQLite it only reads them.
func (r *Runner) LockGroups(ctx context.Context, ids ...uuid.UUID) error {
	c := CacheOf(ctx)
	ids = slices.DeleteFunc(Distinct(ids), func(id uuid.UUID) bool { return c.locked.groups[id] })
	if len(ids) == 0 {
		return nil
	}
	if c.repeatable && r.RowLocks() && (c.locked.users || compareIDs(ids[0], c.locked.lastGroup) < 0) {
		return c.restartWith(&outOfOrder{groups: append(ids, slices.Collect(maps.Keys(c.locked.groups))...)})
	}
	for chunk := range slices.Chunk(ids, statementIDs) {
		q := r.Client(ctx).Group.Query().Where(group.IDIn(chunk...))
		if r.RowLocks() {
			q.Order(group.ByID()).Modify(entdb.Lock(entdb.NoKeyUpdate))
		}
		groups, err := q.All(ctx)
		if err != nil {
			return err
		}
		for _, g := range groups {
			c.groups[g.ID] = g
		}
	}
	for _, id := range ids {
		c.locked.groups[id] = true
	}
	if last := ids[len(ids)-1]; compareIDs(last, c.locked.lastGroup) > 0 {
		c.locked.lastGroup = last
	}
	return nil
}

// lockUser locks a user and returns it from the database or, locked before,
// from the transaction's cache.
func (r *Runner) lockUser(ctx context.Context, id uuid.UUID, strength sql.LockStrength) (*ent.User, error) {
	c := CacheOf(ctx)
	if u := c.users[id]; u != nil && (strength != sql.LockUpdate || c.removable[id]) {
		return u, nil
	}
	q := attribute.PrepareUserColumns(r.Client(ctx).User.Query().Where(user.ID(id)))
	u, err := q.Modify(entdb.Lock(strength)).Only(ctx)
	if err != nil {
		return nil, err
	}
	c.users[id], c.locked.users = u, true
	c.removable[id] = c.removable[id] || strength == sql.LockUpdate
	return u, nil
}

// lockGroupsOf locks the groups that a user or group is a member of, and others
// with them.
func (r *Runner) lockGroupsOf(ctx context.Context, memberID uuid.UUID, others ...uuid.UUID) error {
	if !r.RowLocks() {
		return nil
	}
	directoryID, err := r.directoryIDOf(ctx, memberID)
	if err != nil {
		return err
	}
	var rows []struct {
		GroupID uuid.UUID `json:"group_id"`
	}
	err = r.Client(ctx).Membership.Query().
		Where(membership.DirectoryID(directoryID), membership.MemberID(memberID)).
		Select(membership.FieldGroupID).Scan(ctx, &rows)
	if err != nil {
		return err
	}
	for _, row := range rows {
		others = append(others, row.GroupID)
	}
	return r.LockGroups(ctx, others...)
}

// LockForMembers locks, in a transaction, what it takes to make ids members of a
// group: where groups are among them the directory, on which those take turns
// who could close a circle together, and these groups. Who changes something
// else of the group first begins with it, or is made to begin again.
func (r *Runner) LockForMembers(ctx context.Context, groupID uuid.UUID, ids []uuid.UUID) error {
	subgroups := GroupsAmong(ids)
	if len(subgroups) == 0 || !r.RowLocks() {
		return nil
	}
	directoryID, err := r.directoryIDOf(ctx, groupID)
	if err != nil {
		return err
	}
	if err := r.lockDirectory(ctx, directoryID); err != nil {
		return err
	}
	return r.LockGroups(ctx, append(subgroups, groupID)...)
}

// NameIsFree keeps an update from a name that another row of the directory has.
// The unique index would refuse it too, and wait for whoever is just giving that
// name up, while that one may wait for the name given up here.
func NameIsFree(table, column, name string, companyID, directoryID, id uuid.UUID) func(*sql.Selector) {
	return func(s *sql.Selector) {
		d := sql.Dialect(s.Dialect())
		other := d.Table(table).As("other")
		s.Where(sql.NotExists(d.Select(other.C("id")).From(other).Where(sql.And(
			sql.EQ(other.C("company_id"), companyID), sql.EQ(other.C("directory_id"), directoryID),
			sql.EQ(other.C(column), name), sql.NEQ(other.C("id"), id),
		))))
	}
}
