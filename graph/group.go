package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/provider"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/scim/schema"
)

func (r *mutationResolver) createGroup(ctx context.Context, input model.CreateGroupInput) (*ent.Group, error) {
	a := schematype.GroupAttributes{DisplayName: input.DisplayName, ExternalID: input.ExternalID, Extensions: input.Extensions}
	if err := attribute.Groups.Normalize(&a); err != nil {
		return nil, err
	}
	if err := checkName("displayName", "", a.DisplayName); err != nil {
		return nil, err
	}
	companyID, err := r.tx.CompanyOf(ctx, input.DirectoryID)
	if err != nil {
		return nil, err
	}
	if a.Extensions, err = r.extensions.Convert(ctx, input.DirectoryID, schema.Groups, nil, a.Extensions); err != nil {
		return nil, err
	}
	if err := r.tx.LockGroups(ctx, tx.GroupsAmong(input.MemberIds)...); err != nil {
		return nil, err
	}
	v, _ := viewer.FromContext(ctx)
	now := schematype.Now()
	create := r.tx.Client(ctx).Group.Create().
		SetCompanyID(companyID).SetDirectoryID(input.DirectoryID).SetSource(v.Source).
		SetDisplayNameKey(schematype.NameKey(a.DisplayName)).
		SetMemberCount(int64(len(tx.Distinct(input.MemberIds)))).
		SetCreatedAt(now).SetUpdatedAt(now)
	given, after := attribute.Groups.Assigned(a)
	if err := attribute.SetColumns(create.Mutation(), given, a); err != nil {
		return nil, err
	}
	g, err := create.Save(ctx)
	if err != nil {
		return nil, dberror.InDirectory(err)
	}
	tx.CacheOf(ctx).HoldGroup(g)
	members, err := r.members.Insert(ctx, g, true, input.MemberIds)
	if err != nil {
		return nil, err
	}
	c := feed.OfGroup(g, change.KindCREATED)
	c.After = after
	if len(members) > 0 {
		c.After["members"] = members
	}
	c.Counts = feed.Counts{Groups: 1, Memberships: len(members)}
	return g, r.feed.Record(ctx, c)
}

// ModifyGroup is for groups what ModifyUser is for users.
func (r *mutationResolver) ModifyGroup(ctx context.Context, id uuid.UUID, version *int, edit func(*schematype.GroupAttributes) error) (*ent.Group, error) {
	return tx.Do(ctx, r.tx, func(ctx context.Context) (*ent.Group, error) {
		return r.modifyGroup(ctx, id, version, edit)
	})
}

func (r *mutationResolver) modifyGroup(ctx context.Context, id uuid.UUID, version *int, edit func(*schematype.GroupAttributes) error) (*ent.Group, error) {
	g, err := r.tx.FindGroup(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := dberror.CheckVersion(version, g.Version); err != nil {
		return nil, err
	}
	old := attribute.Groups.Of(g)
	a := old
	if err := edit(&a); err != nil {
		return nil, err
	}
	if err := attribute.Groups.Normalize(&a); err != nil {
		return nil, err
	}
	if err := checkName("displayName", old.DisplayName, a.DisplayName); err != nil {
		return nil, err
	}
	if a.Extensions, err = r.extensions.Convert(ctx, g.DirectoryID, schema.Groups, old.Extensions, a.Extensions); err != nil {
		return nil, err
	}
	changed, before, after := attribute.Groups.Diff(old, a)
	if len(changed) == 0 {
		return g, nil
	}
	if err := provider.Client(r.tx.Client).CheckGroup(ctx, g, changed); err != nil {
		return nil, err
	}
	updated, err := saveGroup(ctx, r.tx, g, a, changed)
	if err != nil {
		return nil, err
	}
	c := feed.OfGroup(updated, change.KindUPDATED)
	c.Before, c.After = before, after
	return updated, r.feed.Record(ctx, c)
}

// saveGroup writes the changed attributes of g.
func saveGroup(ctx context.Context, t *tx.Runner, g *ent.Group, a schematype.GroupAttributes, changed []attribute.Attribute) (*ent.Group, error) {
	updated, c := attribute.Groups.With(g, a), tx.CacheOf(ctx)
	updated.UpdatedAt = schematype.Now()
	if a.DisplayName != g.DisplayName {
		updated.DisplayNameKey = schematype.NameKey(a.DisplayName)
	}
	if !c.VersionBumped(g.ID) {
		updated.Version++
	}
	update := t.Client(ctx).Group.Update().
		Where(group.ID(g.ID), group.DirectoryID(g.DirectoryID)).
		SetDisplayNameKey(updated.DisplayNameKey).SetVersion(updated.Version).SetUpdatedAt(updated.UpdatedAt)
	if err := attribute.SetColumns(update.Mutation(), changed, a); err != nil {
		return nil, err
	}
	if attribute.Touches(changed, "displayName") {
		update.Where(tx.NameIsFree(group.Table, group.FieldDisplayNameKey, updated.DisplayNameKey, g.CompanyID, g.DirectoryID, g.ID))
	}
	n, err := update.Save(ctx)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, dberror.Taken("displayName")
	}
	c.HoldGroup(updated)
	return updated, nil
}

func (r *mutationResolver) deleteGroup(ctx context.Context, id uuid.UUID, version *int) error {
	g, err := r.tx.FindGroupToDelete(ctx, id)
	if err != nil {
		return err
	}
	if err := dberror.CheckVersion(version, g.Version); err != nil {
		return err
	}
	members, left, err := r.members.DeleteAll(ctx, g)
	if err != nil {
		return err
	}
	if _, err := r.tx.Client(ctx).Group.Delete().Where(group.ID(g.ID), group.DirectoryID(g.DirectoryID)).Exec(ctx); err != nil {
		return err
	}
	tx.CacheOf(ctx).DropGroup(id)
	c := feed.OfGroup(g, change.KindDELETED)
	_, c.Before = attribute.Groups.Assigned(attribute.Groups.Of(g))
	if len(left) > 0 {
		c.Before["groups"] = left
	}
	c.Counts = feed.Counts{Groups: -1, Memberships: -members - len(left)}
	return r.feed.Record(ctx, c)
}
