package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/requestlog"
	"github.com/feddir/feddir/graph/tables"
	"github.com/feddir/feddir/internal/apierror"
)

func (r *Resolver) requestRecordsConnection(ctx context.Context, d *ent.Directory, args list.Args, in *model.RequestRecordWhereInput) (*model.RequestRecordConnection, error) {
	if v, _ := viewer.FromContext(ctx); !v.May(viewer.ScopeRecords) {
		return nil, apierror.Errorf(apierror.Forbidden, "", "this needs the scope RECORDS")
	}
	l := list.List[*ent.RequestRecord]{
		Table: r.tables.Records, Scope: list.Scope{Sealer: r.cfg.Sealer, Name: "requestRecords", Owner: d.ID}, By: list.Newest(r.tables.Records.ID), Column: requestrecord.FieldDirectoryID,
		OwnerOf: func(rec *ent.RequestRecord) uuid.UUID { return rec.DirectoryID },
		Where:   func(o load.Owner) ([]list.Predicate, error) { return requestlog.In(o, in), nil },
	}
	p, err := l.Page(ctx, tables.DirectoryOwner(d), args)
	if err != nil {
		return nil, err
	}
	return &model.RequestRecordConnection{PageInfo: p.Info, Edges: list.Edges(p, func(rec *ent.RequestRecord, cursor string) model.RequestRecordEdge {
		return model.RequestRecordEdge{Node: rec, Cursor: cursor}
	})}, nil
}

// changesOf returns what a request changed, from the changes that its
// transaction left behind.
func (r *Resolver) changesOf(ctx context.Context, rec *ent.RequestRecord) ([]model.AttributeChange, error) {
	k, ok := requestlog.KeyOf(rec)
	if !ok {
		return []model.AttributeChange{}, nil
	}
	rows, _, err := r.tables.Loaders.RequestChanges.Load(ctx, "changes", k)
	return requestlog.AttributeChanges(rows), err
}

// targetOf returns what a request meant as it is now, or nil.
func (r *Resolver) targetOf(ctx context.Context, rec *ent.RequestRecord) (model.Node, error) {
	if rec.TargetID == nil {
		return nil, nil
	}
	key := tables.ResourceKey{Directory: rec.DirectoryID, ID: *rec.TargetID}
	if schematype.TypeOf(*rec.TargetID) == schematype.TypeGroup {
		return loadedNode(r.tables.Loaders.Groups.Load(ctx, "target", key))
	}
	return loadedNode(r.tables.Loaders.Users.Load(ctx, "target", key))
}

func loadedNode[T any](found *T, ok bool, err error) (model.Node, error) {
	if !ok || err != nil {
		return nil, err
	}
	return found, nil
}
