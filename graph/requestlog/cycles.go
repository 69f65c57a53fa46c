package requestlog

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/provisioningcycle"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
)

// Cycles returns the newest cycles of a directory that began in a span of time;
// it is open where since or until is nil.
func Cycles(ctx context.Context, table list.Table[*ent.ProvisioningCycle], directory load.Owner, first *int, since, until *time.Time) ([]schematype.Cycle, error) {
	n, err := list.Args{First: first}.Size()
	if n == 0 || err != nil {
		return []schematype.Cycle{}, err
	}
	cycles := list.List[*ent.ProvisioningCycle]{
		Table: table, By: list.Newest(table.ID), Column: provisioningcycle.FieldDirectoryID,
		OwnerOf: func(c *ent.ProvisioningCycle) uuid.UUID { return c.DirectoryID },
		Where:   list.Owned(began(since, until)),
	}
	rows, err := load.PerOwner(ctx, load.FieldOf(ctx), directory, func(ctx context.Context, owners []load.Owner) (map[uuid.UUID][]*ent.ProvisioningCycle, error) {
		return cycles.First(ctx, owners, n)
	})
	all := make([]schematype.Cycle, len(rows))
	for i, row := range rows {
		all[i] = row.Cycle
	}
	return all, err
}

// began holds for the cycles that began in a span of time: ids carry it.
func began(since, until *time.Time) list.Predicate {
	return func(s *sql.Selector) {
		if since != nil {
			provisioningcycle.IDGTE(schematype.FirstIDAt(*since))(s)
		}
		if until != nil {
			provisioningcycle.IDLT(schematype.FirstIDAt(*until))(s)
		}
	}
}
