package repair

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/graph/model"
)

// recountPage is how many groups are compared with their members at a time.
const recountPage = 100

// Counts compares the counts of groups and directories with what there is,
// writes those that are wrong, and returns how many were. Versions before the
// one that counts under locks left wrong ones behind, and may go on to do so
// while the last of them runs beside this one. Nothing is locked but what is
// wrong, a row at a time.
func (r *Repair) Counts(ctx context.Context) (int, error) {
	return r.eachDirectory(ctx, r.recountGroups, r.recountDirectory)
}

func (r *Repair) recountGroups(ctx context.Context, d *ent.Directory) (corrected int, err error) {
	for after := uuid.Nil; ; {
		page, err := r.db.Client(ctx).Group.Query().Where(group.DirectoryID(d.ID), group.IDGT(after)).
			Order(group.ByID()).Limit(recountPage).IDs(ctx)
		if err != nil || len(page) == 0 {
			return corrected, err
		}
		last := page[len(page)-1]
		wrong, err := r.miscounted(ctx, d, after, last)
		if err != nil {
			return corrected, err
		}
		for _, id := range wrong {
			if err := r.db.InTx(ctx, func(ctx context.Context) error { return r.recountGroup(ctx, d, id) }); err != nil {
				return corrected, err
			}
			corrected++
		}
		after = last
	}
}

// miscounted returns the groups behind one, up to another, whose members are
// not as many as they count.
func (r *Repair) miscounted(ctx context.Context, d *ent.Directory, after, last uuid.UUID) ([]uuid.UUID, error) {
	rows, err := r.db.Client(ctx).QueryContext(ctx, `SELECT g.id FROM groups AS g
  WHERE g.company_id = $1 AND g.directory_id = $2 AND g.id > $3 AND g.id <= $4 AND g.member_count <> (
    SELECT count(*) FROM memberships AS m WHERE m.company_id = $1 AND m.directory_id = $2 AND m.group_id = g.id)`, d.CompanyID, d.ID, after, last)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []uuid.UUID
	err = sql.ScanSlice(rows, &ids)
	return ids, err
}

// recountGroup counts the members of a group while it is locked, so that none
// comes or goes.
func (r *Repair) recountGroup(ctx context.Context, d *ent.Directory, id uuid.UUID) error {
	q := r.db.Client(ctx).Group.Query().Where(group.DirectoryID(d.ID), group.ID(id))
	if _, err := q.Modify(entdb.Lock(entdb.NoKeyUpdate)).IDs(ctx); err != nil {
		return err
	}
	_, err := r.db.Client(ctx).ExecContext(ctx, `UPDATE groups SET member_count = (
  SELECT count(*) FROM memberships AS m WHERE m.company_id = $1 AND m.directory_id = $2 AND m.group_id = $3
) WHERE company_id = $1 AND directory_id = $2 AND id = $3`, d.CompanyID, d.ID, id)
	return err
}

// recountDirectory corrects the counts of a directory whose groups are counted.
func (r *Repair) recountDirectory(ctx context.Context, d *ent.Directory) (int, error) {
	miscount := func(ctx context.Context) (model.DirectoryCounts, error) { return r.miscount(ctx, d) }
	if off, err := miscount(ctx); off == (model.DirectoryCounts{}) || err != nil {
		return 0, err
	}
	corrected, err := r.feed.CorrectCounts(ctx, d.CompanyID, d.ID, miscount)
	if corrected {
		return 1, err
	}
	return 0, err
}

// miscount is what a directory holds beyond what it counts, folded and pending,
// read in one statement.
func (r *Repair) miscount(ctx context.Context, d *ent.Directory) (off model.DirectoryCounts, err error) {
	rows, err := r.db.Client(ctx).QueryContext(ctx, `SELECT
  CAST(sum(n.u) AS bigint), CAST(sum(n.a) AS bigint), CAST(sum(n.g) AS bigint), CAST(sum(n.m) AS bigint)
FROM (
  SELECT count(*) AS u, COALESCE(sum(CASE WHEN active THEN 1 ELSE 0 END), 0) AS a, 0 AS g, 0 AS m
    FROM users WHERE company_id = $1 AND directory_id = $2
  UNION ALL SELECT 0, 0, count(*), COALESCE(sum(member_count), 0) FROM groups WHERE company_id = $1 AND directory_id = $2
  UNION ALL SELECT -user_count, -active_user_count, -group_count, -membership_count
    FROM directory_counts WHERE company_id = $1 AND directory_id = $2
  UNION ALL SELECT -users_delta, -active_users_delta, -groups_delta, -memberships_delta
    FROM changes WHERE company_id = $1 AND directory_id = $2 AND position IS NULL
) AS n`, d.CompanyID, d.ID)
	if err != nil {
		return off, err
	}
	defer rows.Close()
	if rows.Next() {
		if err := rows.Scan(&off.Users, &off.ActiveUsers, &off.Groups, &off.Memberships); err != nil {
			return off, err
		}
	}
	return off, rows.Err()
}
