package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/provider"
	"github.com/feddir/feddir/graph/search"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/scim/schema"
)

func (r *mutationResolver) createUser(ctx context.Context, directoryID uuid.UUID, a schematype.UserAttributes) (*ent.User, error) {
	if err := attribute.Users.Normalize(&a); err != nil {
		return nil, err
	}
	if err := checkName("userName", "", a.UserName); err != nil {
		return nil, err
	}
	companyID, err := r.tx.CompanyOf(ctx, directoryID)
	if err != nil {
		return nil, err
	}
	if a.Extensions, err = r.extensions.Convert(ctx, directoryID, schema.Users, nil, a.Extensions); err != nil {
		return nil, err
	}
	v, _ := viewer.FromContext(ctx)
	keys := attribute.UserKeysOf(a)
	create := r.tx.Client(ctx).User.Create().
		SetCompanyID(companyID).SetDirectoryID(directoryID).SetSource(v.Source).
		SetUserNameKey(keys.UserName).SetSortName(keys.SortName).
		SetSearchVersion(1) // its first: its terms are written with it
	given, after := attribute.Users.Assigned(a)
	if err := attribute.SetColumns(create.Mutation(), given, a); err != nil {
		return nil, err
	}
	now := schematype.Now()
	u, err := create.SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return nil, dberror.InDirectory(err)
	}
	if err := r.index.Add(ctx, u, a); err != nil {
		return nil, err
	}
	c := feed.OfUser(u, change.KindCREATED)
	c.After = after
	c.Counts = feed.Counts{Users: 1, ActiveUsers: boolInt(a.Active)}
	return u, r.feed.Record(ctx, c)
}

// ModifyUser makes the attributes of a user what edit makes of them, and
// returns the user as it is then. Where a version is given it fails with
// STALE_VERSION if that is not the user's. edit may be called again when the
// transaction is repeated; it must not alter what is behind a pointer, and when
// it fails nothing happens.
func (r *mutationResolver) ModifyUser(ctx context.Context, id uuid.UUID, version *int, edit func(*schematype.UserAttributes) error) (*ent.User, error) {
	return tx.Do(ctx, r.tx, func(ctx context.Context) (*ent.User, error) {
		return r.modifyUser(ctx, id, version, edit)
	})
}

func (r *mutationResolver) modifyUser(ctx context.Context, id uuid.UUID, version *int, edit func(*schematype.UserAttributes) error) (*ent.User, error) {
	u, err := r.tx.FindUser(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := dberror.CheckVersion(version, u.Version); err != nil {
		return nil, err
	}
	old := attribute.Users.Of(u)
	a := old
	if err := edit(&a); err != nil {
		return nil, err
	}
	if err := attribute.Users.Normalize(&a); err != nil {
		return nil, err
	}
	if err := checkName("userName", old.UserName, a.UserName); err != nil {
		return nil, err
	}
	if a.Extensions, err = r.extensions.Convert(ctx, u.DirectoryID, schema.Users, old.Extensions, a.Extensions); err != nil {
		return nil, err
	}
	changed, before, after := attribute.Users.Diff(old, a)
	if len(changed) == 0 {
		return u, nil
	}
	if err := provider.Client(r.tx.Client).CheckUser(ctx, u, changed); err != nil {
		return nil, err
	}
	updated, err := saveUser(ctx, r.tx, u, a, changed)
	if err != nil {
		return nil, err
	}
	if attribute.Touches(changed, search.Attributes...) {
		r.index.Schedule(ctx)
	}
	if attribute.Touches(changed, "emails", "phoneNumbers") {
		if err := r.index.Change(ctx, updated, old, a); err != nil {
			return nil, err
		}
	}
	c := feed.OfUser(updated, change.KindUPDATED)
	c.Before, c.After = before, after
	c.Counts = feed.Counts{ActiveUsers: boolInt(a.Active) - boolInt(old.Active)}
	return updated, r.feed.Record(ctx, c)
}

// saveUser writes the changed attributes where the version is still u's.
func saveUser(ctx context.Context, t *tx.Runner, u *ent.User, a schematype.UserAttributes, changed []attribute.Attribute) (*ent.User, error) {
	updated := attribute.Users.With(u, a)
	updated.Version++
	updated.UpdatedAt = schematype.Now()
	update := t.Client(ctx).User.Update().
		Where(user.ID(u.ID), user.DirectoryID(u.DirectoryID), user.Version(u.Version)).
		SetVersion(updated.Version).SetUpdatedAt(updated.UpdatedAt)
	if err := attribute.SetColumns(update.Mutation(), changed, a); err != nil {
		return nil, err
	}
	updated.Provided = provider.Written(ctx, u, a, changed)
	update.SetNillableProvided(updated.Provided)
	if attribute.Touches(changed, "userName", "displayName") {
		keys := attribute.UserKeysOf(a)
		if a.UserName == u.UserName { // an older key may be all that tells two names apart
			keys.UserName = u.UserNameKey
		}
		updated.UserNameKey, updated.SortName = keys.UserName, keys.SortName
		update.SetUserNameKey(keys.UserName).SetSortName(keys.SortName)
	}
	if !attribute.Touches(changed, search.Attributes...) {
		updated.SearchVersion++
		update.SetSearchVersion(updated.SearchVersion)
	}
	if attribute.Touches(changed, "userName") {
		update.Where(tx.NameIsFree(user.Table, user.FieldUserNameKey, updated.UserNameKey, u.CompanyID, u.DirectoryID, u.ID))
	}
	n, err := update.Save(ctx)
	switch {
	case err != nil:
		return nil, err
	case n == 0 && attribute.Touches(changed, "userName"): // the version is locked
		return nil, dberror.Taken("userName")
	case n == 0:
		return nil, dberror.ErrVersion
	}
	tx.CacheOf(ctx).HoldUser(updated)
	return updated, nil
}

// RemoveUser deletes a user. Where check is given it sees the user before, and
// nothing happens when it fails. It may be called again when the transaction is
// repeated.
func (r *mutationResolver) RemoveUser(ctx context.Context, id uuid.UUID, check func(*ent.User) error) error {
	return r.tx.InTx(ctx, func(ctx context.Context) error { return r.removeUser(ctx, id, check) })
}

func (r *mutationResolver) removeUser(ctx context.Context, id uuid.UUID, check func(*ent.User) error) error {
	u, err := r.tx.FindUserToDelete(ctx, id)
	if err != nil {
		return err
	}
	if err := check(u); err != nil {
		return err
	}
	left, err := r.members.LeaveAll(ctx, u.CompanyID, u.DirectoryID, u.ID)
	if err != nil {
		return err
	}
	// The rows of user_values go with the user's.
	if _, err := r.tx.Client(ctx).User.Delete().Where(user.ID(u.ID), user.DirectoryID(u.DirectoryID)).Exec(ctx); err != nil {
		return err
	}
	tx.CacheOf(ctx).DropUser(id)
	c := feed.OfUser(u, change.KindDELETED)
	_, c.Before = attribute.Users.Assigned(attribute.Users.Of(u))
	if len(left) > 0 {
		c.Before["groups"] = left
	}
	c.Counts = feed.Counts{Users: -1, ActiveUsers: -boolInt(u.Active), Memberships: -len(left)}
	return r.feed.Record(ctx, c)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
