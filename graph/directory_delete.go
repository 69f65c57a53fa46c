package graph

import (
	"context"

	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/model"
)

// deleteDirectory makes a directory not exist any more. What it holds is left to
// [purge.Purger]: requests that are on their way have rows of it locked.
func (r *Resolver) deleteDirectory(ctx context.Context, in model.DeleteDirectoryInput) error {
	d, err := r.tx.FindDirectory(ctx, in.ID)
	if err != nil {
		return err
	}
	if err := dberror.CheckVersion(in.Version, d.Version); err != nil {
		return err
	}
	if err := r.purger.HideDirectory(ctx, d); err != nil {
		return err
	}
	r.keys.Changed(ctx, d.CompanyID) // to API keys it is gone
	r.keys.Changed(ctx, d.ID)
	return r.feed.Record(ctx, feed.OfDirectory(d, change.KindDELETED, directoryAttributes(d), nil))
}
