package tx

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/internal/apierror"
)

// FindUser returns a user. In a transaction its row is locked and remembered,
// so an operation of the same transaction does not read it again. It fails
// with NOT_FOUND when there is no such user for the viewer.
func (r *Runner) FindUser(ctx context.Context, id uuid.UUID) (*ent.User, error) {
	if schematype.TypeOf(id) != schematype.TypeUser {
		return nil, dberror.ErrNoUser
	}
	if CacheOf(ctx) == nil {
		u, err := attribute.PrepareUserColumns(r.Client(ctx).User.Query().Where(user.ID(id))).Only(ctx)
		return dberror.Required(dberror.ErrNoUser, u, err)
	}
	u, err := r.lockUser(ctx, id, entdb.NoKeyUpdate)
	return dberror.Required(dberror.ErrNoUser, u, err)
}

// FindUserToDelete locks a user after its groups. It joins no other one then.
func (r *Runner) FindUserToDelete(ctx context.Context, id uuid.UUID) (*ent.User, error) {
	if schematype.TypeOf(id) != schematype.TypeUser {
		return nil, dberror.ErrNoUser
	}
	if err := r.lockGroupsOf(ctx, id); err != nil {
		return nil, err
	}
	u, err := r.lockUser(ctx, id, sql.LockUpdate)
	if err != nil {
		return dberror.Required(dberror.ErrNoUser, u, err)
	}
	return u, r.lockGroupsOf(ctx, id) // it may have joined others before it was locked
}

// FindGroup returns a group; like FindUser it locks and remembers its row in a
// transaction.
func (r *Runner) FindGroup(ctx context.Context, id uuid.UUID) (*ent.Group, error) {
	if schematype.TypeOf(id) != schematype.TypeGroup {
		return nil, dberror.ErrNoGroup
	}
	c := CacheOf(ctx)
	if c == nil {
		g, err := r.Client(ctx).Group.Query().Where(group.ID(id)).Only(ctx)
		return dberror.Required(dberror.ErrNoGroup, g, err)
	}
	if err := r.LockGroups(ctx, id); err != nil {
		return nil, err
	}
	if c.groups[id] == nil {
		return nil, dberror.ErrNoGroup
	}
	return c.groups[id], nil
}

// FindGroupToDelete locks a group and the groups that it is a member of. It joins
// no other one then.
func (r *Runner) FindGroupToDelete(ctx context.Context, id uuid.UUID) (*ent.Group, error) {
	if err := r.lockGroupsOf(ctx, id, id); err != nil {
		return nil, err
	}
	if err := r.lockGroupsOf(ctx, id); err != nil { // it may have joined others before it was locked
		return nil, err
	}
	return r.FindGroup(ctx, id)
}

// FindDirectory returns a directory; in a transaction its row is locked.
func (r *Runner) FindDirectory(ctx context.Context, id uuid.UUID) (*ent.Directory, error) {
	if CacheOf(ctx) != nil {
		if err := r.lockDirectory(ctx, id); err != nil {
			return nil, err
		}
	}
	d, err := r.Client(ctx).Directory.Query().Where(directory.ID(id)).Only(ctx)
	return dberror.Required(&apierror.Error{Code: apierror.NotFound, Field: "id", Message: dberror.ErrNoDirectory.Message}, d, err)
}

// FindCompany returns a company; in a transaction its row is locked.
func (r *Runner) FindCompany(ctx context.Context, id uuid.UUID) (*ent.Company, error) {
	c, err := r.Client(ctx).Company.Query().Where(company.ID(id)).Modify(r.Lock(ctx)).Only(ctx)
	return dberror.Required(dberror.ErrNoCompany, c, err)
}
