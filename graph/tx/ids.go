package tx

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/schematype"
)

// GroupsAmong returns those of ids that are groups.
func GroupsAmong(ids []uuid.UUID) (groups []uuid.UUID) {
	for _, id := range ids {
		if schematype.TypeOf(id) == schematype.TypeGroup {
			groups = append(groups, id)
		}
	}
	return groups
}

// QueryIDs returns the ids that a statement returns, sorted.
func (r *Runner) QueryIDs(ctx context.Context, query string, args []any) ([]uuid.UUID, error) {
	rows, err := r.Client(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []uuid.UUID
	err = sql.ScanSlice(rows, &ids)
	return Distinct(ids), err
}

func compareIDs(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }

// Distinct returns ids sorted, each once: rows are always locked in one order.
func Distinct(ids []uuid.UUID) []uuid.UUID {
	sorted := slices.Clone(ids)
	slices.SortFunc(sorted, compareIDs)
	return slices.Compact(sorted)
}
