package feed

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
)

// History returns a page of what happened to a user or group, the latest first.
func (r Reader) History(ctx context.Context, o load.Owner, args list.Args) (*model.HistoryConnection, error) {
	l := list.List[*ent.Change]{
		Table: r.Changes, Scope: list.Scope{Sealer: r.Sealer, Name: "history", Owner: o.ID}, By: list.Newest(r.Changes.ID), Column: change.FieldResourceID,
		OwnerOf: func(c *ent.Change) uuid.UUID { return c.ResourceID }, Where: list.OwnedThrough(change.FieldResourceID),
	}
	p, err := l.Page(ctx, o, args)
	if err != nil {
		return nil, err
	}
	return &model.HistoryConnection{PageInfo: p.Info, Edges: list.Edges(p, func(c *ent.Change, cursor string) model.HistoryEdge {
		return model.HistoryEdge{Node: c, Cursor: cursor}
	})}, nil
}
