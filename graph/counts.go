package graph

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/directorycount"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
)

// countsOf returns how much a directory holds.
func (r *Resolver) countsOf(ctx context.Context, directoryID uuid.UUID) (model.DirectoryCounts, error) {
	counts, err := r.readCounts(ctx, []uuid.UUID{directoryID})
	return counts[directoryID], err
}

// readCounts returns how much directories hold, all of the viewer's company
// where ids is nil: what was folded and what the changes since then say, read
// in one statement so that none counts twice.
func (r *Resolver) readCounts(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]model.DirectoryCounts, error) {
	v, _ := viewer.FromContext(ctx)
	query, args := countsQuery(r.db.Dialect(), v, ids)
	rows, err := r.client(ctx).QueryContext(ctx, query, args...)
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
		if len(v.Gone) > 0 {
			all = append(all, sql.NotIn(t.C("directory_id"), anys(v.Gone)...))
		}
		if !v.Unbound() {
			all = append(all, sql.EQ(t.C("company_id"), v.CompanyID))
		}
		return sql.And(all...)
	}
	folded, pending := d.Table(directorycount.Table), d.Table(change.Table)
	all := d.Select(
		sql.As(folded.C("directory_id"), "d"),
		sql.As(folded.C("user_count"), "u"), sql.As(folded.C("active_user_count"), "a"),
		sql.As(folded.C("group_count"), "g"), sql.As(folded.C("membership_count"), "m"),
	).From(folded).Where(mine(folded)).UnionAll(d.Select(
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

// usersTotal is how many users of a directory there are for readers, or of the
// viewer's company where it is nil.
func (r *Resolver) usersTotal(ctx context.Context, directoryID *uuid.UUID) model.Total {
	return r.maintained(ctx, directoryID, func(ctx context.Context, ids []uuid.UUID) (func(uuid.UUID, model.DirectoryCounts) int64, error) {
		q := r.client(ctx).Directory.Query().Where(directory.DisabledUsersEQ(directory.DisabledUsersHIDDEN))
		if ids != nil {
			q.Where(directory.IDIn(ids...))
		}
		hiding, err := q.IDs(ctx)
		return func(id uuid.UUID, c model.DirectoryCounts) int64 {
			if slices.Contains(hiding, id) {
				return c.ActiveUsers
			}
			return c.Users
		}, err
	})
}

// groupsTotal is how many groups there are in a directory, or in the viewer's
// company where it is nil.
func (r *Resolver) groupsTotal(ctx context.Context, directoryID *uuid.UUID) model.Total {
	return r.maintained(ctx, directoryID, func(context.Context, []uuid.UUID) (func(uuid.UUID, model.DirectoryCounts) int64, error) {
		return func(_ uuid.UUID, c model.DirectoryCounts) int64 { return c.Groups }, nil
	})
}

// maintained tells a total from the maintained counts of a directory, or of all
// directories of the viewer's company where it is nil. Which count it is may
// depend on the directories that are asked for.
func (r *Resolver) maintained(ctx context.Context, directoryID *uuid.UUID, choose func(ctx context.Context, ids []uuid.UUID) (func(uuid.UUID, model.DirectoryCounts) int64, error)) model.Total {
	read := func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]int64, error) {
		counts, err := r.readCounts(ctx, ids)
		if err != nil {
			return nil, err
		}
		chosen, err := choose(ctx, ids)
		if err != nil {
			return nil, err
		}
		totals := make(map[uuid.UUID]int64, len(counts))
		for id, c := range counts {
			totals[id] = chosen(id, c)
		}
		return totals, nil
	}
	field := load.FieldOf(ctx).Total()
	return func(ctx context.Context) (total int64, err error) {
		if directoryID != nil {
			return load.PerOwner(ctx, field, load.Owner{ID: *directoryID}, func(ctx context.Context, owners []load.Owner) (map[uuid.UUID]int64, error) {
				return read(ctx, load.IDs(owners))
			})
		}
		totals, err := read(ctx, nil)
		for _, n := range totals {
			total += n
		}
		return total, err
	}
}
