package graph

import (
	"context"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/requestlog"
)

const (
	recordsEvery = time.Second
	// recordsLag is how long after its time a record is told. Records are
	// written in batches, by several replicas, so that an earlier one may come
	// later; one that comes later still is in the list, and not told.
	recordsLag = 5 * time.Second
)

// recordTailer tails the request records of a directory.
func (r *Resolver) recordTailer(company, directoryID uuid.UUID) *feed.Tailer[string, *ent.RequestRecord] {
	return &feed.Tailer[string, *ent.RequestRecord]{
		Every:    recordsEvery,
		Position: recordPlace,
		Size:     func(rec *ent.RequestRecord) int { return 512 + len(rec.Detail) + len(rec.TargetLabel) + len(rec.Agent) },
		Read: func(ctx context.Context, after *string) (rows []*ent.RequestRecord, to string, more bool, err error) {
			ctx = viewer.ForCompany(ctx, company)
			there, err := r.tx.Client(ctx).Directory.Query().Where(directory.CompanyID(company), directory.ID(directoryID)).Exist(ctx)
			if err == nil && !there {
				err = &feed.Ended{}
			}
			if err != nil || after == nil {
				return nil, r.recordsUntil(), false, err
			}
			return r.readRecords(ctx, company, directoryID, *after, feed.TailPage, nil)
		},
	}
}

func recordPlace(rec *ent.RequestRecord) string { return string(rec.ID[:]) }

// recordsUntil is the place up to which records are told now.
func (r *Resolver) recordsUntil() string {
	id := schematype.FirstIDAt(r.cfg.Now().Add(-recordsLag))
	return string(id[:])
}

// readRecords reads records behind a place and up to now, the oldest first.
func (r *Resolver) readRecords(ctx context.Context, company, directoryID uuid.UUID, after string, limit int, in *model.RequestRecordWhereInput) (rows []*ent.RequestRecord, to string, more bool, err error) {
	until := max(r.recordsUntil(), after)
	rows, err = r.tx.Client(ctx).RequestRecord.Query().
		Where(requestrecord.CompanyID(company), requestrecord.DirectoryID(directoryID)).
		Where(requestrecord.IDGT(uuid.UUID([]byte(after))), requestrecord.IDLT(uuid.UUID([]byte(until)))).
		Where(requestlog.Filter(in)...).
		Order(requestrecord.ByID()).Limit(limit).All(ctx)
	if err != nil || len(rows) < limit {
		return rows, until, false, err
	}
	return rows, recordPlace(rows[limit-1]), true, nil
}

// followRecords is the subscription to the request records of a directory.
func (r *Resolver) followRecords(ctx context.Context, directoryID uuid.UUID, after *string, in *model.RequestRecordWhereInput) (<-chan *model.RequestRecordEdge, error) {
	v, err := subscriber(ctx, viewer.ScopeRead, viewer.ScopeRecords)
	if err != nil {
		return nil, err
	}
	if err := r.mustExist(ctx, directoryID); err != nil {
		return nil, err
	}
	page, err := list.NewRequest(ctx, list.Scope{Sealer: r.cfg.Sealer, Name: "requestRecords", Owner: directoryID}, list.Newest(r.tables.Records.ID).Order(), list.Args{After: after})
	if err != nil {
		return nil, err
	}
	from := r.recordsUntil()
	if after := page.After(); after != nil {
		from = string(after.ID[:])
	}
	out := make(chan *model.RequestRecordEdge)
	tailer, leave := r.records.Join(ctx, directoryID, func() *feed.Tailer[string, *ent.RequestRecord] { return r.recordTailer(v.CompanyID, directoryID) })
	deliver := deliverTo(r, ctx, out)
	cursor := func(at string) string { return page.Cursors().Seal(list.SeekKey{ID: uuid.UUID([]byte(at))}) }
	s := &feed.Subscriber[string, *ent.RequestRecord]{
		Tailer: tailer, At: from, MaxLag: r.cfg.MaxLag,
		Matches: func(rec *ent.RequestRecord) bool { return rec.CompanyID == v.CompanyID && requestlog.Matches(in, rec) },
		Backfill: func(ctx context.Context, at string) ([]*ent.RequestRecord, string, error) {
			rows, to, _, err := r.readRecords(ctx, v.CompanyID, directoryID, at, list.MaxPageSize, in)
			return rows, to, err
		},
		Deliver: func(_ context.Context, rec *ent.RequestRecord) bool {
			return deliver(&model.RequestRecordEdge{Node: rec, Cursor: cursor(recordPlace(rec))})
		},
	}
	go func() {
		defer close(out)
		defer leave()
		runSubscriber(ctx, s, cursor)
	}()
	return out, nil
}
