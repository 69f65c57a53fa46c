package graph

import (
	"context"
	"encoding/json"
	"reflect"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/viewer"
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
	before      attributes
	after       attributes
	counts      counts // how the directory's counts move
}

// attributes are attributes by their names, with only those that changed.
type attributes map[string]any

// counts are how many a directory holds, or by how much that moved.
type counts struct{ users, activeUsers, groups, memberships int }

// record writes c in the transaction of ctx.
func (r *Resolver) record(ctx context.Context, c changeRecord) error {
	before, err := c.before.json()
	if err != nil {
		return err
	}
	after, err := c.after.json()
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

func (a attributes) json() (map[string]json.RawMessage, error) {
	if len(a) == 0 {
		return nil, nil
	}
	out := make(map[string]json.RawMessage, len(a))
	for name, value := range a {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		out[name] = text
	}
	return out, nil
}

// without returns the attributes of a that b lacks or has with another value.
func (a attributes) without(b attributes) attributes {
	rest := attributes{}
	for name, value := range a {
		if other, ok := b[name]; !ok || !reflect.DeepEqual(value, other) {
			rest[name] = value
		}
	}
	return rest
}
