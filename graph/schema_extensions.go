package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/internal/scim/schema"
)

// SchemaExtensions returns the extensions that a directory has beside those of
// SCIM: this server's own, and what it describes itself. They may be a second
// old, and must not be changed.
func (o *Operations) SchemaExtensions(ctx context.Context, directoryID uuid.UUID) ([]schema.Custom, error) {
	return o.extensions.Of(ctx, directoryID)
}

// setSchemaExtensions makes all the extensions of a directory. Values that
// people have already stay as they are.
func (r *mutationResolver) setSchemaExtensions(ctx context.Context, directoryID uuid.UUID, version *int, list []schema.Custom) (*ent.Directory, error) {
	d, err := r.tx.FindDirectory(ctx, directoryID)
	if err != nil {
		return nil, err
	}
	if err := dberror.CheckVersion(version, d.Version); err != nil {
		return nil, err
	}
	changed, before, after, err := r.extensions.Set(ctx, d, list)
	if err != nil || changed == d {
		return changed, err
	}
	return changed, r.feed.Record(ctx, feed.OfDirectory(changed, change.KindUPDATED, before, after))
}
