package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/model"
)

// latestFirst is the order of a history: ids carry their time.
var latestFirst = sorting[*ent.Change]{order: order{desc: true}, id: changeID}

// historyOf returns what happened to a user or group.
func (r *Resolver) historyOf(ctx context.Context, o owner, args pageArgs) (*model.HistoryConnection, error) {
	l := list[*ent.Change]{
		rows: r.changeRows(), listing: listing{"history", o.id}, by: latestFirst, column: change.FieldResourceID,
		of: func(c *ent.Change) uuid.UUID { return c.ResourceID }, narrow: only(change.FieldResourceID),
	}
	p, err := pageOf(ctx, r, l, o, args)
	if err != nil {
		return nil, err
	}
	return &model.HistoryConnection{PageInfo: p.info, Edges: edgesOf(p, func(c *ent.Change, cursor string) model.HistoryEdge {
		return model.HistoryEdge{Node: c, Cursor: cursor}
	})}, nil
}

// resourceOf returns what a change was made to as it is now, or nil.
func (r *Resolver) resourceOf(ctx context.Context, c *ent.Change) (model.Node, error) {
	b := r.batchesOf(ctx)
	if c.DirectoryID != nil && subscribes(ctx) {
		// The viewer knows the directories that were gone when it subscribed.
		if _, there, err := b.directories.load(ctx, *c.DirectoryID); err != nil || !there {
			return nil, err
		}
	}
	switch {
	case c.ResourceType == change.ResourceTypeUSER && c.DirectoryID != nil:
		return loadedNode(b.users.follow(ctx, "resource", inDirectoryKey{*c.DirectoryID, c.ResourceID}))
	case c.ResourceType == change.ResourceTypeGROUP && c.DirectoryID != nil:
		return loadedNode(b.groups.follow(ctx, "resource", inDirectoryKey{*c.DirectoryID, c.ResourceID}))
	case c.ResourceType == change.ResourceTypeCOMPANY:
		return loadedNode(b.companies.follow(ctx, "resource", c.ResourceID))
	case c.ResourceType == change.ResourceTypeDIRECTORY:
		return loadedNode(b.directories.follow(ctx, "resource", c.ResourceID))
	case schematype.TypeOf(c.ResourceID) == schematype.TypeOAuthClient:
		return loadedNode(b.clients.follow(ctx, "resource", c.ResourceID))
	}
	return loadedNode(b.keys.follow(ctx, "resource", c.ResourceID))
}
