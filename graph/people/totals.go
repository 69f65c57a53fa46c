package people

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
)

// usersTotal is how many users of a directory there are for readers, or of the
// viewer's company where it is nil.
func (r *Reader) usersTotal(ctx context.Context, directoryID *uuid.UUID) model.Total {
	return r.maintained(ctx, directoryID, func(ctx context.Context, ids []uuid.UUID) (func(uuid.UUID, model.DirectoryCounts) int64, error) {
		q := r.Tx.Client(ctx).Directory.Query().Where(directory.DisabledUsersEQ(directory.DisabledUsersHIDDEN))
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
func (r *Reader) groupsTotal(ctx context.Context, directoryID *uuid.UUID) model.Total {
	return r.maintained(ctx, directoryID, func(context.Context, []uuid.UUID) (func(uuid.UUID, model.DirectoryCounts) int64, error) {
		return func(_ uuid.UUID, c model.DirectoryCounts) int64 { return c.Groups }, nil
	})
}

// maintained tells a total from the maintained counts of a directory, or of all
// directories of the viewer's company where it is nil. Which count it is may
// depend on the directories that are asked for.
func (r *Reader) maintained(ctx context.Context, directoryID *uuid.UUID, choose func(ctx context.Context, ids []uuid.UUID) (func(uuid.UUID, model.DirectoryCounts) int64, error)) model.Total {
	read := func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]int64, error) {
		counts, err := r.Feed.Counts(ctx, ids)
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
