package graph

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
)

// batches are what one request has read, or is going to.
type batches struct {
	companies   *linked[uuid.UUID, *ent.Company]
	directories *linked[uuid.UUID, *ent.Directory]
	users       *linked[inDirectoryKey, *ent.User]
	groups      *linked[inDirectoryKey, *ent.Group]
	keys        *linked[uuid.UUID, *ent.Key]
	clients     *linked[uuid.UUID, *ent.OAuthClient]
	made        *linked[requestKey, []*ent.Change] // what requests changed

	mu       sync.Mutex
	siblings map[sibling][]owner
	lists    map[asked]any // batches by owners
}

type batchesKey struct{}

// withBatches gives each request its batches.
func (r *Resolver) withBatches(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var b atomic.Pointer[batches]
		b.Store(r.newBatches())
		next.ServeHTTP(w, req.WithContext(context.WithValue(req.Context(), batchesKey{}, &b)))
	})
}

// batchesOf returns the batches of the request that ctx belongs to. A call
// from Go has none, and batches on its own.
func (r *Resolver) batchesOf(ctx context.Context) *batches {
	if b, ok := ctx.Value(batchesKey{}).(*atomic.Pointer[batches]); ok {
		return b.Load()
	}
	return r.newBatches()
}

// forgetBatches makes a request read anew what was true before a mutation; one
// request can hold several, which run one after the other.
func (r *Resolver) forgetBatches(ctx context.Context) {
	if b, ok := ctx.Value(batchesKey{}).(*atomic.Pointer[batches]); ok {
		b.Store(r.newBatches())
	}
}

func (r *Resolver) newBatches() *batches {
	b := &batches{siblings: make(map[sibling][]owner), lists: make(map[asked]any)}
	b.companies = byID(b, r.companies(), companyOwner)
	b.directories = byID(b, r.directories(), directoryOwner)
	b.keys = byID(b, r.keys(), keyOwner)
	b.clients = byID(b, r.oauthClients(), clientOwner)
	b.users = inDirectories(b, r.users(), userOwner)
	b.groups = inDirectories(b, r.groups(), groupOwner)
	b.made = newLinked(b, nil, nil, r.readMade)
	return b
}

// byID reads rows by their ids.
func byID[T any](b *batches, t rows[T], of func(T) owner) *linked[uuid.UUID, T] {
	return newLinked(b, of, t.saw, func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]T, error) {
		found, err := t.query(ctx, []narrowing{sql.FieldIn("id", ids...)}).all(ctx)
		return by(found, t.id), err
	})
}

// inDirectories reads rows by their directories and ids.
func inDirectories[T any](b *batches, t rows[T], of func(T) owner) *linked[inDirectoryKey, T] {
	return newLinked(b, of, t.saw, func(ctx context.Context, keys []inDirectoryKey) (map[inDirectoryKey]T, error) {
		directories, ids := parts(keys)
		found, err := t.query(ctx, []narrowing{sql.FieldIn("directory_id", directories...), sql.FieldIn("id", ids...)}).all(ctx)
		return by(found, func(row T) inDirectoryKey { return inDirectoryKey{of(row).directory, of(row).id} }), err
	})
}

func companyOwner(c *ent.Company) owner     { return owner{company: c.ID, id: c.ID} }
func directoryOwner(d *ent.Directory) owner { return owner{d.CompanyID, d.ID, d.ID} }
func userOwner(u *ent.User) owner           { return owner{u.CompanyID, u.DirectoryID, u.ID} }
func groupOwner(g *ent.Group) owner         { return owner{g.CompanyID, g.DirectoryID, g.ID} }
func keyOwner(k *ent.Key) owner             { return owner{company: k.CompanyID, id: k.ID} }
func clientOwner(c *ent.OAuthClient) owner  { return owner{c.CompanyID, c.DirectoryID, c.ID} }
