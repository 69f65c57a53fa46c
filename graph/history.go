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
var latestFirst = sorting[*ent.Change]{order: order{desc: true}, id: func(c *ent.Change) uuid.UUID { return c.ID }}

// historyOf returns what happened to a resource.
func (r *Resolver) historyOf(ctx context.Context, company, resource uuid.UUID, args pageArgs) (*model.HistoryConnection, error) {
	p, err := pageOf(ctx, r, listing{"history", resource}, latestFirst, args, func(w window) ([]*ent.Change, error) {
		return r.client(ctx).Change.Query().Where(change.CompanyID(company), change.ResourceID(resource)).Where(w.apply).All(ctx)
	})
	if err != nil {
		return nil, err
	}
	c := &model.HistoryConnection{PageInfo: p.info, Edges: make([]model.HistoryEdge, len(p.rows))}
	for i, row := range p.rows {
		c.Edges[i] = model.HistoryEdge{Node: row, Cursor: p.cursors[i]}
	}
	return c, nil
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
		return loadedNode(b.users.load(ctx, inDirectoryKey{*c.DirectoryID, c.ResourceID}))
	case c.ResourceType == change.ResourceTypeGROUP && c.DirectoryID != nil:
		return loadedNode(b.groups.load(ctx, inDirectoryKey{*c.DirectoryID, c.ResourceID}))
	case c.ResourceType == change.ResourceTypeCOMPANY:
		return loadedNode(b.companies.load(ctx, c.ResourceID))
	case c.ResourceType == change.ResourceTypeDIRECTORY:
		return loadedNode(b.directories.load(ctx, c.ResourceID))
	case schematype.TypeOf(c.ResourceID) == schematype.TypeOAuthClient:
		return loadedNode(b.clients.load(ctx, c.ResourceID))
	}
	return loadedNode(b.keys.load(ctx, c.ResourceID))
}

// expectResources announces what changes were made to, which is read together.
func (r *Resolver) expectResources(ctx context.Context, rows []*ent.Change) {
	var users, groups []inDirectoryKey
	others := make(map[change.ResourceType][]uuid.UUID)
	for _, c := range rows {
		switch {
		case c.ResourceType == change.ResourceTypeUSER && c.DirectoryID != nil:
			users = append(users, inDirectoryKey{*c.DirectoryID, c.ResourceID})
		case c.ResourceType == change.ResourceTypeGROUP && c.DirectoryID != nil:
			groups = append(groups, inDirectoryKey{*c.DirectoryID, c.ResourceID})
		default:
			others[c.ResourceType] = append(others[c.ResourceType], c.ResourceID)
		}
	}
	b := r.batchesOf(ctx)
	b.users.expect(users)
	b.groups.expect(groups)
	b.companies.expect(others[change.ResourceTypeCOMPANY])
	b.directories.expect(others[change.ResourceTypeDIRECTORY])
	b.keys.expect(others[change.ResourceTypeKEY])
	b.clients.expect(others[change.ResourceTypeOAUTH_CLIENT])
}
