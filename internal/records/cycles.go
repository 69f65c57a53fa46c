package records

import (
	"encoding/json"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/provisioningcycle"
	"github.com/feddir/feddir/ent/schematype"
)

var cycleColumns = []string{
	provisioningcycle.FieldID, provisioningcycle.FieldCompanyID, provisioningcycle.FieldDirectoryID, provisioningcycle.FieldCycle,
}

// countAgain replaces what a row says of a cycle that goes on.
const countAgain = " ON CONFLICT (directory_id, id) DO UPDATE SET cycle = excluded.cycle"

// cycleRow is a cycle of a directory to store.
type cycleRow struct {
	company, directory uuid.UUID
	*schematype.Cycle
}

func (r cycleRow) values(to []any) ([]any, error) {
	text, err := json.Marshal(r.Cycle)
	return append(to, r.Cycle.ID, r.company, r.directory, text), err
}

// count adds requests to the health of their directory and returns the cycles
// that they belong to, and those from before cycles had rows.
func count(h *ent.DirectoryHealth, entries []*Entry) (cycles []cycleRow) {
	add := func(c *schematype.Cycle) { cycles = append(cycles, cycleRow{h.CompanyID, h.DirectoryID, c}) }
	for _, c := range []*schematype.Cycle{h.PreviousCycle, h.LatestCycle} {
		if c != nil && c.ID == uuid.Nil {
			c.ID = schematype.NewIDAt(schematype.TypeOther, c.StartedAt)
			add(c)
		}
	}
	for _, e := range entries {
		countRequest(h, e)
		if n := len(cycles); n == 0 || cycles[n-1].Cycle != h.LatestCycle {
			add(h.LatestCycle)
		}
	}
	return cycles
}
