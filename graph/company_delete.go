package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/idempotencyrecord"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// deleteCompany deletes a company with all it owns, its history included: of
// a company that left nothing stays. What a large one owns is left to
// [purge.Purger].
func (r *Resolver) deleteCompany(ctx context.Context, in model.DeleteCompanyInput) error {
	c, err := r.findCompany(ctx, in.ID)
	if err != nil {
		return err
	}
	if err := checkVersion(in.Version, c.Version); err != nil {
		return err
	}
	much, err := r.ownsMuch(ctx, c.ID)
	switch {
	case err != nil:
	case much:
		err = r.purger.HideCompany(ctx, c.ID)
	default:
		err = r.removeCompany(ctx, c.ID)
	}
	if err != nil {
		return err
	}
	r.keysChanged(ctx, c.ID)
	return nil
}

// removeCompany deletes a company with all it owns.
func (r *Resolver) removeCompany(ctx context.Context, id uuid.UUID) error {
	if err := r.client(ctx).Company.DeleteOneID(id).Exec(ctx); err != nil {
		return err
	}
	_, err := r.client(ctx).Change.Delete().Where(change.CompanyID(id)).Exec(ctx)
	return err
}

// ownsMuch reports whether a company owns more than goes with it in one
// transaction.
func (r *Resolver) ownsMuch(ctx context.Context, id uuid.UUID) (bool, error) {
	ctx = viewer.WithSystem(ctx, viewer.Purge) // counts what is being purged, too
	client := r.client(ctx)
	directories, err := client.Directory.Query().Where(directory.CompanyID(id)).IDs(ctx)
	if err != nil {
		return false, err
	}
	held := 0
	if len(directories) > 0 {
		counts, err := r.feed.Counts(ctx, directories)
		if err != nil {
			return false, err
		}
		for _, c := range counts {
			held += int(c.Users + c.Groups + c.Memberships)
		}
	}
	if held > r.purgeAbove || len(directories) > r.purgeAbove {
		return true, nil
	}
	many, err := client.Change.Query().Where(change.CompanyID(id)).Offset(r.purgeAbove).Exist(ctx)
	if many || err != nil {
		return many, err
	}
	return client.IdempotencyRecord.Query().Where(idempotencyrecord.CompanyID(id)).Offset(r.purgeAbove).Exist(ctx)
}
