package tx

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/internal/apierror"
)

// OwnerOf returns the company that is to own something new: the one named, or
// the viewer's own.
func (r *Runner) OwnerOf(ctx context.Context, named *uuid.UUID) (uuid.UUID, error) {
	v, _ := viewer.FromContext(ctx)
	switch {
	case named == nil && v.Unscoped():
		return uuid.Nil, apierror.Errorf(apierror.Invalid, "companyId", "companyId must name the company")
	case named == nil:
		return v.CompanyID, nil
	}
	missing := &apierror.Error{Code: apierror.NotFound, Field: "companyId", Message: dberror.ErrNoCompany.Message}
	_, err := r.Client(ctx).Company.Get(ctx, *named)
	return dberror.Required(missing, *named, err)
}

// CompanyOf returns the company that owns a directory the viewer may write to.
// A viewer bound to a company names that one: the foreign key refuses a
// directory of another.
func (r *Runner) CompanyOf(ctx context.Context, directoryID uuid.UUID) (uuid.UUID, error) {
	v, _ := viewer.FromContext(ctx)
	if v.Kind == viewer.DirectoryKey && directoryID != v.DirectoryID || slices.Contains(v.DeletedDirectories, directoryID) {
		return uuid.Nil, dberror.ErrNoDirectory
	}
	if !v.Unscoped() {
		return v.CompanyID, nil
	}
	d, err := r.Client(ctx).Directory.Get(ctx, directoryID)
	if d, err = dberror.Required(dberror.ErrNoDirectory, d, err); err != nil {
		return uuid.Nil, err
	}
	return d.CompanyID, nil
}

// directoryIDOf returns the directory of a user or group without locking
// anything: it is the viewer's or, for keys of a company, has to be read.
func (r *Runner) directoryIDOf(ctx context.Context, id uuid.UUID) (uuid.UUID, error) {
	if v, _ := viewer.FromContext(ctx); v.DirectoryID != uuid.Nil {
		return v.DirectoryID, nil
	}
	c := CacheOf(ctx)
	var rows []struct {
		DirectoryID uuid.UUID `json:"directory_id"`
	}
	missing, err := dberror.ErrNoUser, error(nil)
	switch {
	case c.groups[id] != nil:
		return c.groups[id].DirectoryID, nil
	case c.users[id] != nil:
		return c.users[id].DirectoryID, nil
	case schematype.TypeOf(id) == schematype.TypeGroup:
		missing, err = dberror.ErrNoGroup, r.Client(ctx).Group.Query().Where(group.ID(id)).Select(group.FieldDirectoryID).Scan(ctx, &rows)
	default:
		err = r.Client(ctx).User.Query().Where(user.ID(id)).Select(user.FieldDirectoryID).Scan(ctx, &rows)
	}
	if err != nil {
		return uuid.Nil, err
	}
	if len(rows) == 0 {
		return uuid.Nil, missing
	}
	return rows[0].DirectoryID, nil
}
