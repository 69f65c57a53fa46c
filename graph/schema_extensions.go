package graph

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/extension"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/cache"
	"github.com/feddir/feddir/internal/scim/schema"
)

const (
	// extensionsFresh is how long the extensions of a directory are believed. A
	// change of them takes effect on other replicas after that.
	extensionsFresh = time.Second
	// maxCachedExtensions is of how many directories they are kept, and
	// maxExtensionBytes what they may take, as the database has them.
	maxCachedExtensions = 1_000
	maxExtensionBytes   = 16 << 20
)

// extensionCache keeps the extensions of directories, so that a provisioning
// job that writes some reads them once a second.
type extensionCache = cache.Cache[uuid.UUID, extensionsKey, cachedExtensions]

func newExtensionCache() *extensionCache {
	return cache.New[uuid.UUID, extensionsKey, cachedExtensions](cache.Config{Entries: maxCachedExtensions, Cost: maxExtensionBytes})
}

// extensionsKey has the viewer's company beside the directory: what belongs to
// another is not found.
type extensionsKey struct{ company, directory uuid.UUID }

func extensionsFor(ctx context.Context, directoryID uuid.UUID) extensionsKey {
	v, _ := viewer.FromContext(ctx)
	return extensionsKey{v.CompanyID, directoryID}
}

type cachedExtensions struct {
	list []schema.Custom
	at   time.Time
}

func (r *Resolver) forgetExtensions(d *ent.Directory) {
	r.extensions.Remove(d.CompanyID, extensionsKey{d.CompanyID, d.ID})
	r.extensions.Remove(uuid.Nil, extensionsKey{directory: d.ID}) // as operators see it
}

// SchemaExtensions returns the extensions that a directory has beside those of
// SCIM: this server's own, and what it describes itself. They may be a second
// old, and must not be changed.
func (r *Resolver) SchemaExtensions(ctx context.Context, directoryID uuid.UUID) ([]schema.Custom, error) {
	key := extensionsFor(ctx, directoryID)
	if cached, ok := r.extensions.Get(key.company, key); ok && time.Since(cached.at) < extensionsFresh {
		return cached.list, nil
	}
	now := time.Now()
	d, err := r.tx.Client(ctx).Directory.Query().Where(directory.ID(directoryID)).Select(directory.FieldSchemaExtensions).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, dberror.ErrNoDirectory
	}
	if err != nil {
		return nil, err
	}
	list, err := decodeExtensions(d)
	if err != nil {
		return nil, err
	}
	list = slices.Concat(schema.Own, list)
	r.extensions.Add(key.company, key, cachedExtensions{list, now}, int64(len(d.SchemaExtensions)))
	return list, nil
}

func decodeExtensions(d *ent.Directory) (list []schema.Custom, err error) {
	if len(d.SchemaExtensions) > 0 {
		err = json.Unmarshal(d.SchemaExtensions, &list)
	}
	return list, err
}

// setSchemaExtensions makes all the extensions of a directory. Values that
// people have already stay as they are.
func (r *Resolver) setSchemaExtensions(ctx context.Context, directoryID uuid.UUID, version *int, list []schema.Custom) (*ent.Directory, error) {
	list, err := schema.CompleteAll(list)
	if err != nil {
		return nil, apierror.Errorf(apierror.Invalid, "extensions", "%v", err)
	}
	d, err := r.tx.FindDirectory(ctx, directoryID)
	if err != nil {
		return nil, err
	}
	if err := dberror.CheckVersion(version, d.Version); err != nil {
		return nil, err
	}
	old, err := decodeExtensions(d)
	if err != nil {
		return nil, err
	}
	before, after, err := attribute.Difference(extensionAttributes(old), extensionAttributes(list))
	if err != nil || len(before)+len(after) == 0 {
		return d, err
	}
	changed := *d
	if changed.SchemaExtensions, err = json.Marshal(list); err != nil {
		return nil, err
	}
	changed.Version, changed.UpdatedAt = d.Version+1, schematype.Now()
	err = dberror.One(r.tx.Client(ctx).Directory.Update().
		Where(directory.ID(d.ID), directory.CompanyID(d.CompanyID), directory.Version(d.Version)).
		SetSchemaExtensions(changed.SchemaExtensions).
		SetVersion(changed.Version).SetUpdatedAt(changed.UpdatedAt).
		Save(ctx))
	if err != nil {
		return nil, err
	}
	entdb.OnCommit(ctx, func() { r.forgetExtensions(d) })
	return &changed, r.feed.Record(ctx, directoryChange(&changed, change.KindUPDATED, before, after))
}

func extensionAttributes(list []schema.Custom) attribute.Values {
	if len(list) == 0 {
		return nil
	}
	return attribute.Values{"schemaExtensions": list}
}

// convertExtensions returns the attributes of extensions as their schemas in the
// directory have them; see [extension.Convert].
func (r *Resolver) convertExtensions(ctx context.Context, directoryID uuid.UUID, rt schema.ResourceType, old, e schematype.Extensions) (schematype.Extensions, error) {
	if len(e) == 0 {
		return e, nil
	}
	all, err := r.SchemaExtensions(ctx, directoryID)
	if err != nil {
		return nil, err
	}
	return extension.Convert(all, rt, old, e)
}
