package graph

import (
	"context"

	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
)

// deleteCompany makes a company not exist any more. What it owns, its history
// included, is left to [purge.Purger]: requests that are on their way have rows
// of it locked, and of a company that left nothing stays.
func (r *Resolver) deleteCompany(ctx context.Context, in model.DeleteCompanyInput) error {
	c, err := r.tx.FindCompany(ctx, in.ID)
	if err != nil {
		return err
	}
	if err := dberror.CheckVersion(in.Version, c.Version); err != nil {
		return err
	}
	if err := r.purger.HideCompany(ctx, c.ID); err != nil {
		return err
	}
	r.keys.Changed(ctx, c.ID)
	return nil
}
