package records

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/directoryhealth"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// write puts a batch into the database, in one transaction.
func (w *Writer) write(ctx context.Context, batch []*Entry, lost map[uuid.UUID]int64) error {
	ctx = viewer.WithSystem(ctx, viewer.Records)
	return w.db.InTx(ctx, func(ctx context.Context) error {
		if w.uncertain > 0 {
			if there, err := w.isWritten(ctx, batch[0]); there || err != nil {
				return err
			}
		}
		byDirectory := make(map[uuid.UUID][]*Entry)
		for _, e := range batch {
			byDirectory[e.DirectoryID] = append(byDirectory[e.DirectoryID], e)
		}
		// All replicas lock directories in the same order, so that they do not
		// deadlock.
		ids := slices.SortedFunc(maps.Keys(byDirectory), func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
		var rows []row
		var cycles []cycleRow
		for _, id := range ids {
			entries := byDirectory[id]
			some, err := w.countIn(ctx, entries)
			if err != nil {
				return err
			}
			if len(some) == 0 {
				continue
			}
			cycles = append(cycles, some...)
			for i, e := range entries {
				missing := int64(0)
				if i == 0 {
					missing = lost[id]
				}
				rows = append(rows, row{e, missing})
			}
		}
		if err := insertAll(ctx, w.db.Client(ctx), w.cycles, cycles); err != nil {
			return err
		}
		return insertAll(ctx, w.db.Client(ctx), w.records, rows)
	})
}

func (w *Writer) isWritten(ctx context.Context, e *Entry) (bool, error) {
	return w.db.Client(ctx).RequestRecord.Query().
		Where(requestrecord.DirectoryID(e.DirectoryID), requestrecord.ID(e.id)).Exist(ctx)
}

// countIn adds requests of one directory to its health and returns their cycles,
// none if the directory is deleted.
func (w *Writer) countIn(ctx context.Context, entries []*Entry) ([]cycleRow, error) {
	h, err := w.health(ctx, entries[0])
	if h == nil || err != nil {
		return nil, err
	}
	cycles := count(h, entries)
	u := w.db.Client(ctx).DirectoryHealth.Update().Where(directoryhealth.DirectoryID(h.DirectoryID)).
		SetNillableLastRequestAt(h.LastRequestAt).SetNillableLastSuccessAt(h.LastSuccessAt).SetNillableLastErrorAt(h.LastErrorAt).
		SetHours(h.Hours).SetLatestCycle(h.LatestCycle).SetRecordCount(h.RecordCount)
	if h.PreviousCycle != nil {
		u.SetPreviousCycle(h.PreviousCycle)
	}
	return cycles, u.Exec(ctx)
}

// health returns the locked health of a request's directory, and creates it for
// the first request. It returns nil if the directory is deleted.
func (w *Writer) health(ctx context.Context, e *Entry) (*ent.DirectoryHealth, error) {
	client := w.db.Client(ctx)
	locked := func() (*ent.DirectoryHealth, error) {
		return client.DirectoryHealth.Query().Where(directoryhealth.DirectoryID(e.DirectoryID)).Modify(entdb.Lock(sql.LockUpdate)).Only(ctx)
	}
	h, err := locked()
	if !ent.IsNotFound(err) {
		return h, err
	}
	exists, err := client.Directory.Query().Where(directory.CompanyID(e.CompanyID), directory.ID(e.DirectoryID)).Exist(ctx)
	if !exists || err != nil {
		return nil, err
	}
	_, err = client.ExecContext(ctx, // another transaction may have created it
		`INSERT INTO directory_healths (company_id, directory_id, id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		e.CompanyID, e.DirectoryID, schematype.NewID(schematype.TypeOther))
	if err != nil {
		return nil, err
	}
	return locked()
}
