package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/directorycount"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// countsOf returns how much a directory holds: what was folded and what the
// changes since then say, read in one statement so that none counts twice.
func (r *Resolver) countsOf(ctx context.Context, directoryID uuid.UUID) (model.DirectoryCounts, error) {
	v, _ := viewer.FromContext(ctx)
	query, args := countsQuery(r.db.Dialect(), v, directoryID)
	var c model.DirectoryCounts
	rows, err := r.client(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return c, err
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(&c.Users, &c.ActiveUsers, &c.Groups, &c.Memberships)
	}
	if err == nil {
		err = rows.Err()
	}
	return c, err
}

func countsQuery(dialect string, v viewer.Viewer, directoryID uuid.UUID) (string, []any) {
	d := sql.Dialect(dialect)
	mine := func(t *sql.SelectTable) *sql.Predicate {
		p := sql.EQ(t.C("directory_id"), directoryID)
		if !v.Unbound() {
			p = sql.And(p, sql.EQ(t.C("company_id"), v.CompanyID))
		}
		return p
	}
	folded, pending := d.Table(directorycount.Table), d.Table(change.Table)
	all := d.Select(
		sql.As(folded.C("user_count"), "u"), sql.As(folded.C("active_user_count"), "a"),
		sql.As(folded.C("group_count"), "g"), sql.As(folded.C("membership_count"), "m"),
	).From(folded).Where(mine(folded)).UnionAll(d.Select(
		pending.C("users_delta"), pending.C("active_users_delta"), pending.C("groups_delta"), pending.C("memberships_delta"),
	).From(pending).Where(sql.And(mine(pending), sql.IsNull(pending.C("position")))))
	all.As("counts")
	sum := func(column string) string {
		return "COALESCE(CAST(SUM(" + all.C(column) + ") AS bigint), 0)"
	}
	return d.Select(sum("u"), sum("a"), sum("g"), sum("m")).From(all).Query()
}
