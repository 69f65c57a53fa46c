package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/scim/schema"
)

var errNoGroup = &apierror.Error{Code: apierror.NotFound, Field: "id", Message: "there is no such group"}

// FindGroup returns a group; like FindUser it locks and remembers its row in a
// transaction.
func (r *Resolver) FindGroup(ctx context.Context, id uuid.UUID) (*ent.Group, error) {
	m := memoOf(ctx)
	if m != nil && m.groups[id] != nil {
		return m.groups[id], nil
	}
	if schematype.TypeOf(id) != schematype.TypeGroup {
		return nil, errNoGroup
	}
	q := r.client(ctx).Group.Query().Where(group.ID(id))
	if m != nil && r.rowLocks() {
		q.ForUpdate()
	}
	g, err := q.Only(ctx)
	if ent.IsNotFound(err) {
		return nil, errNoGroup
	}
	if err == nil && m != nil {
		m.groups[id] = g
	}
	return g, err
}

func (r *Resolver) createGroup(ctx context.Context, input model.CreateGroupInput) (*ent.Group, error) {
	a := groupAttributes{input.DisplayName, input.ExternalID, input.Extensions}
	if err := a.normalize(); err != nil {
		return nil, err
	}
	companyID, err := r.companyOf(ctx, input.DirectoryID)
	if err != nil {
		return nil, err
	}
	if a.extensions, err = r.describedExtensions(ctx, input.DirectoryID, schema.Groups, nil, a.extensions); err != nil {
		return nil, err
	}
	v, _ := viewer.FromContext(ctx)
	now := schematype.Now()
	create := r.client(ctx).Group.Create().
		SetCompanyID(companyID).SetDirectoryID(input.DirectoryID).SetSource(v.Source).
		SetDisplayName(a.displayName).SetDisplayNameKey(schematype.Fold(a.displayName)).
		SetNillableExternalID(a.externalID).
		SetMemberCount(int64(len(distinct(input.MemberIds)))).
		SetCreatedAt(now).SetUpdatedAt(now)
	if a.extensions != nil {
		create.SetExtensions(a.extensions)
	}
	g, err := create.Save(ctx)
	if err != nil {
		return nil, inDirectory(err)
	}
	members, err := r.insertMembers(ctx, g, input.MemberIds)
	if err != nil {
		return nil, err
	}
	m := memoOf(ctx)
	m.groups[g.ID], m.raised[g.ID] = g, true
	c := groupChange(g, change.KindCREATED)
	c.after = a.all()
	if len(members) > 0 {
		c.after["members"] = members
	}
	c.counts = counts{groups: 1, memberships: len(members)}
	return g, r.record(ctx, c)
}

func (r *Resolver) updateGroup(ctx context.Context, input model.UpdateGroupInput) (*ent.Group, error) {
	g, err := r.FindGroup(ctx, input.ID)
	if err != nil {
		return nil, err
	}
	if err := checkVersion(input.Version, g.Version); err != nil {
		return nil, err
	}
	old := groupAttributes{g.DisplayName, g.ExternalID, g.Extensions}
	a := old
	a.apply(*input.Patch)
	if err := a.normalize(); err != nil {
		return nil, err
	}
	if a.extensions, err = r.describedExtensions(ctx, g.DirectoryID, schema.Groups, old.extensions, a.extensions); err != nil {
		return nil, err
	}
	before, after := old.diff(a)
	if len(before) == 0 && len(after) == 0 {
		return g, nil
	}
	updated := *g
	updated.DisplayName, updated.ExternalID, updated.Extensions = a.displayName, a.externalID, a.extensions
	updated.DisplayNameKey, updated.UpdatedAt = schematype.Fold(a.displayName), schematype.Now()
	if m := memoOf(ctx); !m.raised[g.ID] {
		updated.Version++
		m.raised[g.ID] = true
	}
	if err := r.saveGroup(ctx, &updated); err != nil {
		return nil, err
	}
	memoOf(ctx).groups[g.ID] = &updated
	c := groupChange(&updated, change.KindUPDATED)
	c.before, c.after = before, after
	return &updated, r.record(ctx, c)
}

func (r *Resolver) saveGroup(ctx context.Context, g *ent.Group) error {
	update := r.client(ctx).Group.Update().
		Where(group.ID(g.ID), group.DirectoryID(g.DirectoryID)).
		SetDisplayName(g.DisplayName).SetDisplayNameKey(g.DisplayNameKey).
		SetVersion(g.Version).SetUpdatedAt(g.UpdatedAt)
	if g.ExternalID == nil {
		update.ClearExternalID()
	} else {
		update.SetExternalID(*g.ExternalID)
	}
	if g.Extensions == nil {
		update.ClearExtensions()
	} else {
		update.SetExtensions(g.Extensions)
	}
	return update.Exec(ctx)
}

func (r *Resolver) deleteGroup(ctx context.Context, id uuid.UUID, version *int) error {
	g, err := r.FindGroup(ctx, id)
	if err != nil {
		return err
	}
	if err := checkVersion(version, g.Version); err != nil {
		return err
	}
	if g.MemberCount > r.maxDissolved() {
		return errCrowd
	}
	left, err := r.leaveAllGroups(ctx, g.DirectoryID, g.ID)
	if err != nil {
		return err
	}
	// The memberships go with the group.
	if _, err := r.client(ctx).Group.Delete().Where(group.ID(g.ID), group.DirectoryID(g.DirectoryID)).Exec(ctx); err != nil {
		return err
	}
	delete(memoOf(ctx).groups, id)
	c := groupChange(g, change.KindDELETED)
	c.before = groupAttributes{g.DisplayName, g.ExternalID, g.Extensions}.all()
	if len(left) > 0 {
		c.before["groups"] = left
	}
	c.counts = counts{groups: -1, memberships: -int(g.MemberCount) - len(left)}
	return r.record(ctx, c)
}

func groupChange(g *ent.Group, kind change.Kind) changeRecord {
	return changeRecord{
		kind: kind, resource: change.ResourceTypeGROUP, id: g.ID, version: g.Version,
		companyID: g.CompanyID, directoryID: g.DirectoryID,
	}
}

// groupAttributes are what a client can write of a group, but for its members.
type groupAttributes struct {
	displayName string
	externalID  *string
	extensions  schematype.Extensions
}

func (a *groupAttributes) apply(p model.GroupPatch) {
	if v, ok := p.DisplayName.ValueOK(); ok {
		a.displayName = ""
		if v != nil {
			a.displayName = *v
		}
	}
	if v, ok := p.ExternalID.ValueOK(); ok {
		a.externalID = v
	}
	if v, ok := p.Extensions.ValueOK(); ok {
		a.extensions = v
	}
}

func (a *groupAttributes) normalize() error {
	if a.externalID != nil && *a.externalID == "" {
		a.externalID = nil
	}
	for name, s := range map[string]*string{"displayName": &a.displayName, "externalId": a.externalID} {
		if s != nil && !storableText(*s) {
			return apierror.Errorf(apierror.Invalid, name, "%s holds a character that cannot be stored", name)
		}
	}
	if a.displayName == "" {
		return apierror.Errorf(apierror.Invalid, "displayName", "displayName must not be empty")
	}
	if err := checkExtensionValues(a.extensions); err != nil {
		return err
	}
	extensions, err := canonicalExtensions(a.extensions)
	a.extensions = extensions
	return err
}

func (a groupAttributes) all() attributes {
	all := attributes{"displayName": a.displayName}
	if a.externalID != nil {
		all["externalId"] = *a.externalID
	}
	if a.extensions != nil {
		all["extensions"] = a.extensions
	}
	return all
}

func (a groupAttributes) diff(b groupAttributes) (before, after attributes) {
	return a.all().without(b.all()), b.all().without(a.all())
}
