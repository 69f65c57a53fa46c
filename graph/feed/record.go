package feed

import (
	"context"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
)

// Record is what a mutation did to one resource. Every mutation records exactly
// one for each resource it really changed, in its own transaction.
type Record struct {
	Kind          change.Kind
	ResourceType  change.ResourceType
	ID            uuid.UUID
	Version       int64 // of the resource afterwards
	CompanyID     uuid.UUID
	DirectoryID   uuid.UUID        // zero for what belongs to the company
	Before, After attribute.Values // of the attributes that changed
	Counts        Counts           // how the directory's counts move
}

// Counts are by how much the counts of a directory move.
type Counts struct{ Users, ActiveUsers, Groups, Memberships int }

// Record writes c in the transaction of ctx. Once that has committed, those who
// collect events in ctx get one, and the company's tailer looks at once.
func (f *Feed) Record(ctx context.Context, c Record) error {
	before, err := c.Before.JSON()
	if err != nil {
		return err
	}
	after, err := c.After.JSON()
	if err != nil {
		return err
	}
	v, _ := viewer.FromContext(ctx)
	create := f.db.Client(ctx).Change.Create().
		SetCompanyID(c.CompanyID).
		SetKind(c.Kind).
		SetResourceType(c.ResourceType).SetResourceID(c.ID).SetResourceVersion(c.Version).
		SetViewerKind(v.Kind).SetSource(v.Source).
		SetRequestID(viewer.RequestID(ctx)).
		SetUsersDelta(int32(c.Counts.Users)).SetActiveUsersDelta(int32(c.Counts.ActiveUsers)).
		SetGroupsDelta(int32(c.Counts.Groups)).SetMembershipsDelta(int32(c.Counts.Memberships))
	if v.Kind == viewer.Account {
		create.SetAccountID(v.AccountID).SetSessionID(v.SessionID).SetAddress(v.Address)
	}
	if c.DirectoryID != uuid.Nil {
		create.SetDirectoryID(c.DirectoryID)
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
	emit(ctx, c)
	entdb.OnCommit(ctx, func() { f.Tailers.Wake(c.CompanyID) })
	return nil
}
