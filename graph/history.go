package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/tables"
)

// historyOf returns what happened to a user or group.
func (r *Resolver) historyOf(ctx context.Context, o load.Owner, args list.Args) (*model.HistoryConnection, error) {
	l := list.List[*ent.Change]{
		Table: r.tables.Changes, Scope: list.Scope{Sealer: r.cfg.Sealer, Name: "history", Owner: o.ID}, By: list.Newest(r.tables.Changes.ID), Column: change.FieldResourceID,
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

// resourceOf returns what a change was made to as it is now, or nil.
func (r *Resolver) resourceOf(ctx context.Context, c *ent.Change) (model.Node, error) {
	if c.DirectoryID != nil && load.IsSubscription(ctx) {
		// The viewer knows the directories that were gone when it subscribed.
		if _, there, err := r.tables.Loaders.Directories.Find(ctx, *c.DirectoryID); err != nil || !there {
			return nil, err
		}
	}
	switch {
	case c.ResourceType == change.ResourceTypeUSER && c.DirectoryID != nil:
		return loadedNode(r.tables.Loaders.Users.Load(ctx, "resource", tables.ResourceKey{Directory: *c.DirectoryID, ID: c.ResourceID}))
	case c.ResourceType == change.ResourceTypeGROUP && c.DirectoryID != nil:
		return loadedNode(r.tables.Loaders.Groups.Load(ctx, "resource", tables.ResourceKey{Directory: *c.DirectoryID, ID: c.ResourceID}))
	case c.ResourceType == change.ResourceTypeCOMPANY:
		return loadedNode(r.tables.Loaders.Companies.Load(ctx, "resource", c.ResourceID))
	case c.ResourceType == change.ResourceTypeDIRECTORY:
		return loadedNode(r.tables.Loaders.Directories.Load(ctx, "resource", c.ResourceID))
	case schematype.TypeOf(c.ResourceID) == schematype.TypeOAuthClient:
		return loadedNode(r.tables.Loaders.OAuthClients.Load(ctx, "resource", c.ResourceID))
	}
	return loadedNode(r.tables.Loaders.Keys.Load(ctx, "resource", c.ResourceID))
}
