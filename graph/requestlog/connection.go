package requestlog

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/tail"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/token"
)

// Log reads the request records of directories for clients. Safe for concurrent
// use.
type Log struct {
	DB       *entdb.DB
	Records  list.Table[*ent.RequestRecord]
	Sealer   *token.Sealer // of cursors
	Delivery tail.Delivery // to subscribers
	Now      func() time.Time

	tailers tail.Tailers[string, *ent.RequestRecord] // by their directory
}

// scope is that of the cursors of a directory's records.
func (l *Log) scope(directory uuid.UUID) list.Scope {
	return list.Scope{Sealer: l.Sealer, Name: "requestRecords", Owner: directory}
}

// newestFirst is the order of records: their ids carry their time.
func (l *Log) newestFirst() list.Sorting[*ent.RequestRecord] { return list.Newest(l.Records.ID) }

func mayRead(ctx context.Context) error {
	if v, _ := viewer.FromContext(ctx); !v.MayRead(viewer.ScopeRecords) {
		return apierror.Errorf(apierror.Forbidden, "", "this needs the scope RECORDS")
	}
	return nil
}

// Connection returns a page of the records of a directory.
func (l *Log) Connection(ctx context.Context, directory load.Owner, args list.Args, in *model.RequestRecordWhereInput) (*model.RequestRecordConnection, error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	records := list.List[*ent.RequestRecord]{
		Table: l.Records, Scope: l.scope(directory.ID), By: l.newestFirst(), Column: requestrecord.FieldDirectoryID,
		OwnerOf: func(rec *ent.RequestRecord) uuid.UUID { return rec.DirectoryID },
		Where:   func(o load.Owner) ([]list.Predicate, error) { return In(o, in), nil },
	}
	p, err := records.Page(ctx, directory, args)
	if err != nil {
		return nil, err
	}
	return &model.RequestRecordConnection{PageInfo: p.Info, Edges: list.Edges(p, func(rec *ent.RequestRecord, cursor string) model.RequestRecordEdge {
		return model.RequestRecordEdge{Node: rec, Cursor: cursor}
	})}, nil
}
