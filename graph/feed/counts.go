package feed

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/directorycount"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// Counts returns how much directories hold, all of the viewer's company
// where ids is nil: what was applied and what the changes since then say, read
// in one statement so that none counts twice.
func (f *Feed) Counts(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]model.DirectoryCounts, error) {
	v, _ := viewer.FromContext(ctx)
	query, args := countsQuery(f.db.Dialect(), v, ids)
	rows, err := f.db.Client(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := make(map[uuid.UUID]model.DirectoryCounts)
	for rows.Next() {
		var id uuid.UUID
		var c model.DirectoryCounts
		if err := rows.Scan(&id, &c.Users, &c.ActiveUsers, &c.Groups, &c.Memberships); err != nil {
			return nil, err
		}
		counts[id] = c
	}
	return counts, rows.Err()
}

func countsQuery(dialect string, v viewer.Viewer, ids []uuid.UUID) (string, []any) {
	d := sql.Dialect(dialect)
	mine := func(t *sql.SelectTable) *sql.Predicate {
		var all []*sql.Predicate
		if ids != nil {
			all = append(all, sql.In(t.C("directory_id"), anys(ids)...))
		}
		if len(v.DeletedDirectories) > 0 {
			all = append(all, sql.NotIn(t.C("directory_id"), anys(v.DeletedDirectories)...))
		}
		if !v.Unscoped() {
			all = append(all, sql.EQ(t.C("company_id"), v.CompanyID))
		}
		return sql.And(all...)
	}
	applied, pending := d.Table(directorycount.Table), d.Table(change.Table)
	all := d.Select(
		sql.As(applied.C("directory_id"), "d"),
		sql.As(applied.C("user_count"), "u"), sql.As(applied.C("active_user_count"), "a"),
		sql.As(applied.C("group_count"), "g"), sql.As(applied.C("membership_count"), "m"),
	).From(applied).Where(mine(applied)).UnionAll(d.Select(
		pending.C("directory_id"),
		pending.C("users_delta"), pending.C("active_users_delta"), pending.C("groups_delta"), pending.C("memberships_delta"),
	).From(pending).Where(sql.And(mine(pending), sql.IsNull(pending.C("position")), sql.NotNull(pending.C("directory_id")))))
	all.As("counts")
	sum := func(column string) string { return "CAST(SUM(" + all.C(column) + ") AS bigint)" }
	return d.Select(all.C("d"), sum("u"), sum("a"), sum("g"), sum("m")).From(all).GroupBy(all.C("d")).Query()
}

func anys(ids []uuid.UUID) []any {
	values := make([]any, len(ids))
	for i, id := range ids {
		values[i] = id
	}
	return values
}

// applyCounts adds what the changes in (from, to] say to the counts.
func (f *Feed) applyCounts(ctx context.Context, companyID uuid.UUID, from, to int64) error {
	var sums []struct {
		DirectoryID *uuid.UUID `json:"directory_id"`
		Users       int64      `json:"sum_users"`
		ActiveUsers int64      `json:"sum_active_users"`
		Groups      int64      `json:"sum_groups"`
		Memberships int64      `json:"sum_memberships"`
	}
	client := f.db.Client(ctx)
	sum := func(column, as string) func(*sql.Selector) string {
		return func(s *sql.Selector) string { return sql.As(sql.Sum(s.C(column)), as) }
	}
	err := client.Change.Query().
		Where(change.CompanyID(companyID), change.PositionGT(from), change.PositionLTE(to), change.DirectoryIDNotNil()).
		GroupBy(change.FieldDirectoryID).
		Aggregate(
			sum(change.FieldUsersDelta, "sum_users"), sum(change.FieldActiveUsersDelta, "sum_active_users"),
			sum(change.FieldGroupsDelta, "sum_groups"), sum(change.FieldMembershipsDelta, "sum_memberships"),
		).Scan(ctx, &sums)
	if err != nil {
		return err
	}
	for _, s := range sums {
		exists, err := f.directoryExists(ctx, companyID, *s.DirectoryID)
		if err != nil {
			return err
		}
		if !exists {
			continue // its counts went with it
		}
		err = f.addCounts(ctx, companyID, *s.DirectoryID, model.DirectoryCounts{
			Users: s.Users, ActiveUsers: s.ActiveUsers, Groups: s.Groups, Memberships: s.Memberships,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// CorrectCounts adds to the counts of a directory what they are wrong by, and
// reports whether they were. Nothing is applied to them meanwhile, and what is
// written meanwhile moves the rows and the counts alike.
func (f *Feed) CorrectCounts(ctx context.Context, companyID, directoryID uuid.UUID, wrongBy func(context.Context) (model.DirectoryCounts, error)) (corrected bool, err error) {
	err = f.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := f.lock(ctx, companyID); err != nil {
			return err
		}
		exists, err := f.directoryExists(ctx, companyID, directoryID)
		if !exists || err != nil {
			return err
		}
		off, err := wrongBy(ctx)
		if corrected = err == nil && off != (model.DirectoryCounts{}); !corrected {
			return err
		}
		return f.addCounts(ctx, companyID, directoryID, off)
	})
	return corrected, err
}

// addCounts adds to the counts of a directory, whose feed is locked.
func (f *Feed) addCounts(ctx context.Context, companyID, directoryID uuid.UUID, n model.DirectoryCounts) error {
	client := f.db.Client(ctx).DirectoryCount
	changed, err := client.Update().Where(directorycount.CompanyID(companyID), directorycount.DirectoryID(directoryID)).
		AddUserCount(n.Users).AddActiveUserCount(n.ActiveUsers).AddGroupCount(n.Groups).AddMembershipCount(n.Memberships).Save(ctx)
	if err != nil || changed > 0 {
		return err
	}
	return client.Create().SetCompanyID(companyID).SetDirectoryID(directoryID).
		SetUserCount(n.Users).SetActiveUserCount(n.ActiveUsers).SetGroupCount(n.Groups).SetMembershipCount(n.Memberships).Exec(ctx)
}

// directoryExists reports whether there is a directory, and keeps it until the
// transaction ends.
func (f *Feed) directoryExists(ctx context.Context, companyID, id uuid.UUID) (bool, error) {
	q := f.db.Client(ctx).Directory.Query().Where(directory.CompanyID(companyID), directory.ID(id))
	return q.Modify(entdb.Lock(entdb.KeyShare)).Exist(ctx)
}
