package graph

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/directoryhealth"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/model"
)

// batch reads values by their keys for one request. What is likely to be asked
// for together, such as the managers of a page of users, is announced by
// expect; the first load of one of them reads them all in one statement, so a
// page costs the statements of one object. What nobody asks for is never read.
type batch[K comparable, V any] struct {
	read func(ctx context.Context, keys []K) (map[K]V, error)

	mu    sync.Mutex
	known map[K]*reading[K, V]
}

// reading is keys that are read in one go.
type reading[K comparable, V any] struct {
	keys   []K
	once   sync.Once
	values map[K]V
	err    error
}

// expect announces keys that are likely to be loaded together.
func (b *batch[K, V]) expect(keys []K) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := new(reading[K, V])
	for _, k := range keys {
		if b.known[k] == nil {
			b.known[k] = r
			r.keys = append(r.keys, k)
		}
	}
}

// load returns the value of a key; ok is false where there is none.
func (b *batch[K, V]) load(ctx context.Context, key K) (value V, ok bool, err error) {
	b.expect([]K{key})
	b.mu.Lock()
	r := b.known[key]
	b.mu.Unlock()
	r.once.Do(func() { r.values, r.err = b.read(ctx, r.keys) })
	value, ok = r.values[key]
	return value, ok, r.err
}

// pagesAtOnce is how many pages one statement reads; SQLite joins at most 500.
const pagesAtOnce = 100

// batches are the batches of one request.
type batches struct {
	companies   batch[uuid.UUID, *ent.Company]
	directories batch[uuid.UUID, *ent.Directory]
	users       batch[inDirectoryKey, *ent.User]
	groups      batch[inDirectoryKey, *ent.Group]
	keys        batch[uuid.UUID, *ent.Key]
	clients     batch[uuid.UUID, *ent.OAuthClient]
	counts      batch[uuid.UUID, model.DirectoryCounts]
	healths     batch[uuid.UUID, *ent.DirectoryHealth]
	memberships batch[pageKey, []*ent.Membership]
	reports     batch[pageKey, []*ent.User]

	mu       sync.Mutex
	siblings map[inDirectoryKey][]inDirectoryKey // users or groups that were read together
}

// inDirectoryKey is the id of something in a directory.
type inDirectoryKey struct{ directory, id uuid.UUID }

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
	b := &batches{siblings: make(map[inDirectoryKey][]inDirectoryKey)}
	b.companies = newBatch(func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*ent.Company, error) {
		rows, err := r.client(ctx).Company.Query().Where(company.IDIn(ids...)).All(ctx)
		return by(rows, func(c *ent.Company) uuid.UUID { return c.ID }), err
	})
	b.directories = newBatch(func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*ent.Directory, error) {
		rows, err := r.client(ctx).Directory.Query().Where(directory.IDIn(ids...)).All(ctx)
		b.sawDirectories(rows)
		return by(rows, func(d *ent.Directory) uuid.UUID { return d.ID }), err
	})
	b.keys = newBatch(func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*ent.Key, error) {
		rows, err := r.client(ctx).Key.Query().Where(key.IDIn(ids...)).All(ctx)
		return by(rows, func(k *ent.Key) uuid.UUID { return k.ID }), err
	})
	b.clients = newBatch(func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*ent.OAuthClient, error) {
		rows, err := r.client(ctx).OAuthClient.Query().Where(oauthclient.IDIn(ids...)).All(ctx)
		return by(rows, func(c *ent.OAuthClient) uuid.UUID { return c.ID }), err
	})
	b.users = newBatch(func(ctx context.Context, keys []inDirectoryKey) (map[inDirectoryKey]*ent.User, error) {
		directories, ids := parts(keys)
		rows, err := r.client(ctx).User.Query().Where(user.DirectoryIDIn(directories...), user.IDIn(ids...)).All(ctx)
		b.sawUsers(rows)
		return by(rows, userKey), err
	})
	b.groups = newBatch(func(ctx context.Context, keys []inDirectoryKey) (map[inDirectoryKey]*ent.Group, error) {
		directories, ids := parts(keys)
		rows, err := r.client(ctx).Group.Query().Where(group.DirectoryIDIn(directories...), group.IDIn(ids...)).All(ctx)
		b.sawGroups(rows)
		return by(rows, groupKey), err
	})
	b.counts = newBatch(r.readCounts)
	b.healths = newBatch(func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*ent.DirectoryHealth, error) {
		rows, err := r.client(ctx).DirectoryHealth.Query().Where(directoryhealth.DirectoryIDIn(ids...)).All(ctx)
		return by(rows, func(h *ent.DirectoryHealth) uuid.UUID { return h.DirectoryID }), err
	})
	b.memberships = newBatch(func(ctx context.Context, keys []pageKey) (map[pageKey][]*ent.Membership, error) {
		all, err := inChunks(ctx, keys, r.readMembershipPages)
		b.sawMemberships(all)
		return pagesOf(keys, all, pageKey.membership), err
	})
	b.reports = newBatch(func(ctx context.Context, keys []pageKey) (map[pageKey][]*ent.User, error) {
		all, err := inChunks(ctx, keys, r.readReportPages)
		b.sawUsers(all)
		return pagesOf(keys, all, pageKey.report), err
	})
	return b
}

// inChunks reads pages, as many at once as one statement can.
func inChunks[T any](ctx context.Context, keys []pageKey, read func(context.Context, []pageKey) ([]T, error)) (all []T, err error) {
	for chunk := range slices.Chunk(keys, pagesAtOnce) {
		rows, err := read(ctx, chunk)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

func newBatch[K comparable, V any](read func(context.Context, []K) (map[K]V, error)) batch[K, V] {
	return batch[K, V]{read: read, known: make(map[K]*reading[K, V])}
}

func userKey(u *ent.User) inDirectoryKey   { return inDirectoryKey{u.DirectoryID, u.ID} }
func groupKey(g *ent.Group) inDirectoryKey { return inDirectoryKey{g.DirectoryID, g.ID} }

// sawDirectories announces what may be asked for of directories that were read
// together.
func (b *batches) sawDirectories(rows []*ent.Directory) {
	ids := make([]uuid.UUID, len(rows))
	for i, d := range rows {
		ids[i] = d.ID
	}
	b.counts.expect(ids)
	b.healths.expect(ids)
}

// sawUsers announces what may be asked for of users that were read together.
func (b *batches) sawUsers(rows []*ent.User) {
	keys, managers, directories := make([]inDirectoryKey, len(rows)), []inDirectoryKey{}, make([]uuid.UUID, len(rows))
	for i, u := range rows {
		keys[i], directories[i] = userKey(u), u.DirectoryID
		if u.Manager != nil {
			managers = append(managers, inDirectoryKey{u.DirectoryID, schematype.ParseID(*u.Manager, schematype.TypeUser)})
		}
	}
	b.sawTogether(keys)
	b.users.expect(managers)
	b.directories.expect(directories)
}

// sawGroups announces what may be asked for of groups that were read together.
func (b *batches) sawGroups(rows []*ent.Group) {
	keys, directories := make([]inDirectoryKey, len(rows)), make([]uuid.UUID, len(rows))
	for i, g := range rows {
		keys[i], directories[i] = groupKey(g), g.DirectoryID
	}
	b.sawTogether(keys)
	b.directories.expect(directories)
}

// sawMemberships announces what may be asked for of memberships that were read together.
func (b *batches) sawMemberships(rows []*ent.Membership) {
	var groups, users []inDirectoryKey
	for _, m := range rows {
		groups = append(groups, inDirectoryKey{m.DirectoryID, m.GroupID})
		if m.UserID != nil {
			users = append(users, inDirectoryKey{m.DirectoryID, m.MemberID})
		} else {
			groups = append(groups, inDirectoryKey{m.DirectoryID, m.MemberID})
		}
	}
	b.groups.expect(groups)
	b.users.expect(users)
}

func (b *batches) sawTogether(keys []inDirectoryKey) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, k := range keys {
		b.siblings[k] = keys
	}
}

// siblingPages are the same page of everything that was read together with the
// owner of the page.
func (b *batches) siblingPages(k pageKey) []pageKey {
	b.mu.Lock()
	siblings := b.siblings[inDirectoryKey{k.directory, k.id}]
	b.mu.Unlock()
	keys := make([]pageKey, len(siblings))
	for i, s := range siblings {
		keys[i] = k
		keys[i].directory, keys[i].id = s.directory, s.id
	}
	return keys
}

// by indexes rows by their key.
func by[K comparable, T any](rows []*T, key func(*T) K) map[K]*T {
	m := make(map[K]*T, len(rows))
	for _, row := range rows {
		m[key(row)] = row
	}
	return m
}

// parts returns the directories of the keys, each once, and the ids.
func parts(keys []inDirectoryKey) (directories, ids []uuid.UUID) {
	for _, k := range keys {
		if !slices.Contains(directories, k.directory) {
			directories = append(directories, k.directory)
		}
		ids = append(ids, k.id)
	}
	return directories, ids
}

// orNone returns what was loaded, or nil where there is none.
func orNone[T any](found *T, ok bool, err error) (*T, error) {
	if err != nil || !ok {
		return nil, err
	}
	return found, nil
}

// orMissing returns what was loaded, which must be there: a foreign key says so.
func orMissing[T any](found *T, ok bool, err error) (*T, error) {
	if err == nil && !ok {
		err = &Error{Code: CodeNotFound, Message: "it was deleted meanwhile"}
	}
	return found, err
}
