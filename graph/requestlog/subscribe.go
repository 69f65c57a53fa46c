package requestlog

import (
	"context"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/tail"
)

const (
	pollInterval = time.Second
	// settleTime is how long after its time a record is told. Records are
	// written in batches, by several replicas, so that an earlier one may come
	// later; one that comes later still is in the list, and not told.
	settleTime = 5 * time.Second
)

// Subscribe returns the records of a directory that come after a cursor; those
// from now on where there is none.
func (l *Log) Subscribe(ctx context.Context, company, directoryID uuid.UUID, after *string, in *model.RequestRecordWhereInput) (<-chan *model.RequestRecordEdge, error) {
	page, err := list.NewRequest(ctx, l.scope(directoryID), l.newestFirst().Order(), list.Args{After: after})
	if err != nil {
		return nil, err
	}
	from := l.settled()
	if after := page.After(); after != nil {
		from = string(after.ID[:])
	}
	tailer, leave := l.tailers.Join(ctx, directoryID, func() *tail.Tailer[string, *ent.RequestRecord] { return l.tailer(company, directoryID) })
	cursor := func(at string) string { return page.Cursors().Seal(list.SeekKey{ID: uuid.UUID([]byte(at))}) }
	return tail.Start(ctx, l.Delivery, &tail.Subscriber[string, *ent.RequestRecord]{
		Tailer: tailer, At: from,
		Matches: func(rec *ent.RequestRecord) bool { return rec.CompanyID == company && Matches(in, rec) },
		Backfill: func(ctx context.Context, at string) ([]*ent.RequestRecord, string, error) {
			rows, to, _, err := l.read(ctx, company, directoryID, at, list.MaxPageSize, in)
			return rows, to, err
		},
	}, leave, func(rec *ent.RequestRecord) *model.RequestRecordEdge {
		return &model.RequestRecordEdge{Node: rec, Cursor: cursor(position(rec))}
	}, cursor), nil
}

// tailer tails the records of a directory.
func (l *Log) tailer(company, directoryID uuid.UUID) *tail.Tailer[string, *ent.RequestRecord] {
	return &tail.Tailer[string, *ent.RequestRecord]{
		Every:    pollInterval,
		Position: position,
		Size:     func(rec *ent.RequestRecord) int { return 512 + len(rec.Detail) + len(rec.TargetLabel) + len(rec.Agent) },
		Read: func(ctx context.Context, after *string) (rows []*ent.RequestRecord, to string, more bool, err error) {
			ctx = viewer.ForCompany(ctx, company)
			there, err := l.DB.Client(ctx).Directory.Query().Where(directory.CompanyID(company), directory.ID(directoryID)).Exist(ctx)
			if err == nil && !there {
				err = &tail.Ended{}
			}
			if err != nil || after == nil {
				return nil, l.settled(), false, err
			}
			return l.read(ctx, company, directoryID, *after, tail.PageSize, nil)
		},
	}
}

// position is where a record stands: ids are in the order of their bytes.
func position(rec *ent.RequestRecord) string { return string(rec.ID[:]) }

// settled is the position up to which records are told now.
func (l *Log) settled() string {
	id := schematype.FirstIDAt(l.Now().Add(-settleTime))
	return string(id[:])
}

// read reads records behind a position and up to now, the oldest first.
func (l *Log) read(ctx context.Context, company, directoryID uuid.UUID, after string, limit int, in *model.RequestRecordWhereInput) (rows []*ent.RequestRecord, to string, more bool, err error) {
	until := max(l.settled(), after)
	rows, err = l.DB.Client(ctx).RequestRecord.Query().
		Where(requestrecord.CompanyID(company), requestrecord.DirectoryID(directoryID)).
		Where(requestrecord.IDGT(uuid.UUID([]byte(after))), requestrecord.IDLT(uuid.UUID([]byte(until)))).
		Where(Filter(in)...).
		Order(requestrecord.ByID()).Limit(limit).All(ctx)
	if err != nil || len(rows) < limit {
		return rows, until, false, err
	}
	return rows, position(rows[limit-1]), true, nil
}
