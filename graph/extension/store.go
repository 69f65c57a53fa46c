package extension

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/cache"
	"github.com/feddir/feddir/internal/scim/schema"
)

const (
	// fresh is how long the extensions of a directory are believed. A change of
	// them takes effect on other replicas after that.
	fresh = time.Second
	// maxCached is of how many directories they are kept, and maxCachedBytes what
	// they may take, as the database has them.
	maxCached      = 1_000
	maxCachedBytes = 16 << 20
)

// Store reads and writes the extensions of directories. It keeps those it has
// read, so that a provisioning job that writes some reads them once a second.
// Safe for concurrent use.
type Store struct {
	db    *entdb.DB
	cache *cache.Cache[uuid.UUID, cacheKey, cached]
}

// cacheKey has the viewer's company beside the directory: what belongs to
// another is not found.
type cacheKey struct{ company, directory uuid.UUID }

type cached struct {
	list []schema.Custom
	at   time.Time
}

// NewStore returns the extensions that are in db.
func NewStore(db *entdb.DB) *Store {
	return &Store{db, cache.New[uuid.UUID, cacheKey, cached](cache.Config{Entries: maxCached, Cost: maxCachedBytes})}
}

// Of returns the extensions that a directory has beside those of SCIM: this
// server's own, and what it describes itself. They may be a second old, and must
// not be changed.
func (s *Store) Of(ctx context.Context, directoryID uuid.UUID) ([]schema.Custom, error) {
	v, _ := viewer.FromContext(ctx)
	key := cacheKey{v.CompanyID, directoryID}
	if c, ok := s.cache.Get(key.company, key); ok && time.Since(c.at) < fresh {
		return c.list, nil
	}
	now := time.Now()
	d, err := s.db.Client(ctx).Directory.Query().Where(directory.ID(directoryID)).Select(directory.FieldSchemaExtensions).Only(ctx)
	if d, err = dberror.Required(dberror.ErrNoDirectory, d, err); err != nil {
		return nil, err
	}
	list, err := Described(d)
	if err != nil {
		return nil, err
	}
	list = slices.Concat(schema.Own, list)
	s.cache.Add(key.company, key, cached{list, now}, int64(len(d.SchemaExtensions)))
	return list, nil
}

// Described returns the extensions that a directory describes itself.
func Described(d *ent.Directory) (list []schema.Custom, err error) {
	if len(d.SchemaExtensions) > 0 {
		err = json.Unmarshal(d.SchemaExtensions, &list)
	}
	return list, err
}

// Set makes list all the extensions that a directory describes, in a
// transaction. Values that people have already stay as they are. It returns the
// directory as it is then, and what differs; nothing where nothing does. It
// fails with INVALID where an extension is no good.
func (s *Store) Set(ctx context.Context, d *ent.Directory, list []schema.Custom) (changed *ent.Directory, before, after attribute.Values, err error) {
	if list, err = schema.CompleteAll(list); err != nil {
		return nil, nil, nil, apierror.Errorf(apierror.Invalid, "extensions", "%v", err)
	}
	old, err := Described(d)
	if err != nil {
		return nil, nil, nil, err
	}
	before, after, err = attribute.Difference(attributes(old), attributes(list))
	if err != nil || len(before)+len(after) == 0 {
		return d, nil, nil, err
	}
	changed = new(*d)
	if changed.SchemaExtensions, err = json.Marshal(list); err != nil {
		return nil, nil, nil, err
	}
	changed.Version, changed.UpdatedAt = d.Version+1, schematype.Now()
	entdb.OnCommit(ctx, func() { s.forget(d) })
	return changed, before, after, dberror.One(s.db.Client(ctx).Directory.Update().
		Where(directory.ID(d.ID), directory.CompanyID(d.CompanyID), directory.Version(d.Version)).
		SetSchemaExtensions(changed.SchemaExtensions).
		SetVersion(changed.Version).SetUpdatedAt(changed.UpdatedAt).
		Save(ctx))
}

func (s *Store) forget(d *ent.Directory) {
	s.cache.Remove(d.CompanyID, cacheKey{d.CompanyID, d.ID})
	s.cache.Remove(uuid.Nil, cacheKey{directory: d.ID}) // as operators see it
}

func attributes(list []schema.Custom) attribute.Values {
	if len(list) == 0 {
		return nil
	}
	return attribute.Values{"schemaExtensions": list}
}

// Convert returns the attributes of extensions as their schemas in a directory
// have them; see [Convert].
func (s *Store) Convert(ctx context.Context, directoryID uuid.UUID, rt schema.ResourceType, old, e schematype.Extensions) (schematype.Extensions, error) {
	if len(e) == 0 {
		return e, nil
	}
	all, err := s.Of(ctx, directoryID)
	if err != nil {
		return nil, err
	}
	return Convert(all, rt, old, e)
}
