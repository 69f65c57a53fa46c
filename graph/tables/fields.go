package tables

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/requestlog"
)

// Company returns the company of a directory.
func (t *Set) Company(ctx context.Context, d *ent.Directory) (*ent.Company, error) {
	return load.Required(t.loaders.companies.Load(ctx, "company", d.CompanyID))
}

// Directory returns the directory that something of the viewer's is in.
func (t *Set) Directory(ctx context.Context, id uuid.UUID) (*ent.Directory, error) {
	return load.Required(t.loaders.directories.Load(ctx, "directory", id))
}

// FormerDirectory returns the directory that something tells of, or nil where
// there is none, or it was deleted.
func (t *Set) FormerDirectory(ctx context.Context, id *uuid.UUID) (*ent.Directory, error) {
	if id == nil {
		return nil, nil
	}
	return load.Optional(t.loaders.directories.Load(ctx, "directory", *id))
}

// Manager returns the manager of a user, or nil.
func (t *Set) Manager(ctx context.Context, u *ent.User) (*ent.User, error) {
	if u.Manager == nil {
		return nil, nil
	}
	return load.Optional(t.loaders.users.Load(ctx, "manager", resourceKey{u.DirectoryID, ManagerID(u)}))
}

// Group returns the group of a membership.
func (t *Set) Group(ctx context.Context, m *ent.Membership) (*ent.Group, error) {
	return load.Required(t.loaders.groups.Load(ctx, "group", resourceKey{m.DirectoryID, m.GroupID}))
}

// Member returns the member of a membership.
func (t *Set) Member(ctx context.Context, m *ent.Membership) (model.GroupMember, error) {
	key := resourceKey{m.DirectoryID, m.MemberID}
	if schematype.TypeOf(m.MemberID) == schematype.TypeGroup {
		return load.Required(t.loaders.groups.Load(ctx, "member", key))
	}
	return load.Required(t.loaders.users.Load(ctx, "member", key))
}

// Key returns the key that a field tells of, or nil where it was deleted or the
// viewer may read no keys.
func (t *Set) Key(ctx context.Context, field string, id *uuid.UUID) (*ent.Key, error) {
	if v, _ := viewer.FromContext(ctx); id == nil || !v.MayRead(viewer.ScopeKeys) {
		return nil, nil
	}
	return load.Optional(t.loaders.keys.Load(ctx, field, *id))
}

// Successor returns the key that follows another one, or nil.
func (t *Set) Successor(ctx context.Context, k *ent.Key) (*ent.Key, error) {
	if k.SuccessorID == nil {
		return nil, nil
	}
	return load.Required(t.loaders.keys.Load(ctx, "successor", *k.SuccessorID))
}

// Client returns the OAuth client that a key is of, or nil.
func (t *Set) Client(ctx context.Context, k *ent.Key) (*ent.OAuthClient, error) {
	if k.ClientID == nil {
		return nil, nil
	}
	return load.Required(t.loaders.oauthClients.Load(ctx, "client", *k.ClientID))
}

// RequestChanges returns what a request changed, from the changes that its
// transaction left behind.
func (t *Set) RequestChanges(ctx context.Context, rec *ent.RequestRecord) ([]model.AttributeChange, error) {
	k, ok := requestlog.KeyOf(rec)
	if !ok {
		return []model.AttributeChange{}, nil
	}
	rows, _, err := t.loaders.requestChanges.Load(ctx, "changes", k)
	return requestlog.AttributeChanges(rows), err
}

// Target returns the user or group that a request is about as it is now, or nil.
func (t *Set) Target(ctx context.Context, rec *ent.RequestRecord) (model.Node, error) {
	if rec.TargetID == nil {
		return nil, nil
	}
	key := resourceKey{rec.DirectoryID, *rec.TargetID}
	if schematype.TypeOf(*rec.TargetID) == schematype.TypeGroup {
		return node(t.loaders.groups.Load(ctx, "target", key))
	}
	return node(t.loaders.users.Load(ctx, "target", key))
}

// Resource returns what a change was made to as it is now, or nil.
func (t *Set) Resource(ctx context.Context, c *ent.Change) (model.Node, error) {
	if c.DirectoryID != nil && load.IsSubscription(ctx) {
		// The viewer knows the directories that were deleted when it subscribed.
		if _, there, err := t.loaders.directories.Find(ctx, *c.DirectoryID); err != nil || !there {
			return nil, err
		}
	}
	switch {
	case c.ResourceType == change.ResourceTypeUSER && c.DirectoryID != nil:
		return node(t.loaders.users.Load(ctx, "resource", resourceKey{*c.DirectoryID, c.ResourceID}))
	case c.ResourceType == change.ResourceTypeGROUP && c.DirectoryID != nil:
		return node(t.loaders.groups.Load(ctx, "resource", resourceKey{*c.DirectoryID, c.ResourceID}))
	case c.ResourceType == change.ResourceTypeCOMPANY:
		return node(t.loaders.companies.Load(ctx, "resource", c.ResourceID))
	case c.ResourceType == change.ResourceTypeDIRECTORY:
		return node(t.loaders.directories.Load(ctx, "resource", c.ResourceID))
	case schematype.TypeOf(c.ResourceID) == schematype.TypeOAuthClient:
		return node(t.loaders.oauthClients.Load(ctx, "resource", c.ResourceID))
	}
	return node(t.loaders.keys.Load(ctx, "resource", c.ResourceID))
}

// node returns what was loaded, or a nil interface.
func node[T any](found *T, ok bool, err error) (model.Node, error) {
	if !ok || err != nil {
		return nil, err
	}
	return found, nil
}
