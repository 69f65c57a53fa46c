package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
)

// changeRecord is what a mutation did to one resource. Every mutation records
// exactly one for each resource it really changed, in its own transaction.
type changeRecord struct {
	kind        change.Kind
	resource    change.ResourceType
	id          uuid.UUID
	version     int64
	companyID   uuid.UUID
	directoryID uuid.UUID // zero for what belongs to the company
	before      attribute.Values
	after       attribute.Values
	counts      counts // how the directory's counts move
}

// counts are how many a directory holds, or by how much that moved.
type counts struct{ users, activeUsers, groups, memberships int }

// record writes c in the transaction of ctx.
func (r *Resolver) record(ctx context.Context, c changeRecord) error {
	before, err := c.before.JSON()
	if err != nil {
		return err
	}
	after, err := c.after.JSON()
	if err != nil {
		return err
	}
	v, _ := viewer.FromContext(ctx)
	create := r.client(ctx).Change.Create().
		SetCompanyID(c.companyID).
		SetKind(c.kind).
		SetResourceType(c.resource).SetResourceID(c.id).SetResourceVersion(c.version).
		SetViewerKind(v.Kind).SetSource(v.Source).
		SetRequestID(viewer.RequestID(ctx)).
		SetUsersDelta(int32(c.counts.users)).SetActiveUsersDelta(int32(c.counts.activeUsers)).
		SetGroupsDelta(int32(c.counts.groups)).SetMembershipsDelta(int32(c.counts.memberships))
	if c.directoryID != uuid.Nil {
		create.SetDirectoryID(c.directoryID)
	}
	if v.KeyID != uuid.Nil {
		create.SetKeyID(v.KeyID)
	}
	if before != nil {
		create.SetBefore(before)
	}
	if after != nil {
		create.SetAfter(after)
	}
	if err := create.Exec(ctx); err != nil {
		return err
	}
	effect(ctx, c)
	entdb.OnCommit(ctx, func() { r.changes.Wake(c.companyID) })
	return nil
}
