package records

import (
	"bytes"
	"context"
	"errors"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/directoryhealth"
	"github.com/feddir/feddir/ent/generated/provisioningcycle"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

const (
	deleteBatch     = 1000 // records that are deleted in one transaction
	cyclesKept      = 2000 // cycles of one directory: those of two months of Entra's
	directoriesPage = 100  // directories that are read at a time
)

// ApplyRetention deletes records that are too old, the oldest of directories that
// have too many, and those of deleted directories. It returns their number. What
// fails in one directory does not stop the others.
func (w *Writer) ApplyRetention(ctx context.Context) (deleted int, err error) {
	ctx = viewer.WithSystem(ctx, viewer.Retention)
	var failed []error
	for after := uuid.Nil; ; {
		page, err := w.db.Client(ctx).DirectoryHealth.Query().
			Where(directoryhealth.DirectoryIDGT(after)).Order(directoryhealth.ByDirectoryID()).Limit(directoriesPage).All(ctx)
		if err != nil || len(page) == 0 {
			return deleted, errors.Join(append(failed, err)...)
		}
		for _, h := range page {
			n, err := w.deleteExpired(ctx, h)
			deleted += n
			failed = append(failed, err)
		}
		after = page[len(page)-1].DirectoryID
	}
}

func (w *Writer) deleteExpired(ctx context.Context, h *ent.DirectoryHealth) (deleted int, err error) {
	exists, err := w.db.Client(ctx).Directory.Query().
		Where(directory.CompanyID(h.CompanyID), directory.ID(h.DirectoryID)).Exist(ctx)
	if err != nil {
		return 0, err
	}
	before := schematype.FirstIDAt(now(w.cfg.Now).Add(-w.cfg.Keep))
	if !exists {
		before = uuid.Max
	}
	if err := w.deleteCycles(ctx, h.DirectoryID, before); err != nil {
		return 0, err
	}
	for {
		n, err := w.deleteOldest(ctx, h.DirectoryID, before, deleteBatch)
		deleted += n
		if err != nil {
			return deleted, err
		}
		if n < deleteBatch {
			break
		}
	}
	for excess := h.RecordCount - int64(deleted) - w.cfg.MaxPerDirectory; exists && excess > 0; {
		n, err := w.deleteOldest(ctx, h.DirectoryID, uuid.Max, int(min(excess, deleteBatch)))
		deleted += n
		if n == 0 || err != nil {
			return deleted, err
		}
		excess -= int64(n)
	}
	if exists {
		return deleted, nil
	}
	return deleted, w.db.InTx(ctx, func(ctx context.Context) error {
		_, err := w.db.Client(ctx).DirectoryHealth.Delete().Where(directoryhealth.DirectoryID(h.DirectoryID)).Exec(ctx)
		return err
	})
}

// deleteCycles deletes the cycles of a directory whose ids are smaller than
// before, and those that are too many.
func (w *Writer) deleteCycles(ctx context.Context, directoryID, before uuid.UUID) error {
	oldest, err := w.db.Client(ctx).ProvisioningCycle.Query().Where(provisioningcycle.DirectoryID(directoryID)).
		Order(provisioningcycle.ByID(sql.OrderDesc())).Offset(cyclesKept - 1).Limit(1).IDs(ctx)
	if err != nil {
		return err
	}
	if len(oldest) > 0 && bytes.Compare(oldest[0][:], before[:]) > 0 {
		before = oldest[0]
	}
	return w.db.InTx(ctx, func(ctx context.Context) error {
		_, err := w.db.Client(ctx).ProvisioningCycle.Delete().
			Where(provisioningcycle.DirectoryID(directoryID), provisioningcycle.IDLT(before)).Exec(ctx)
		return err
	})
}

// deleteOldest deletes at most limit records of a directory whose ids are
// smaller than before.
func (w *Writer) deleteOldest(ctx context.Context, directoryID, before uuid.UUID, limit int) (deleted int, err error) {
	err = w.db.InTx(ctx, func(ctx context.Context) error {
		client := w.db.Client(ctx)
		res, err := client.ExecContext(ctx, `DELETE FROM request_records WHERE directory_id = $1 AND id IN (
  SELECT id FROM request_records WHERE directory_id = $1 AND id < $2 ORDER BY id LIMIT $3)`, directoryID, before, limit)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if deleted = int(n); n == 0 || err != nil {
			return err
		}
		return client.DirectoryHealth.Update().Where(directoryhealth.DirectoryID(directoryID)).AddRecordCount(-n).Exec(ctx)
	})
	return deleted, err
}
