package tx

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
)

type cacheKey struct{}

// Cache is what a transaction has read and locked, so that a protocol that
// reads before it changes costs no second read.
type Cache struct {
	users         map[uuid.UUID]*ent.User
	removable     map[uuid.UUID]bool // users that are locked for their deletion
	groups        map[uuid.UUID]*ent.Group
	versionBumped map[uuid.UUID]bool // groups whose version the transaction has raised, or that it made
	locked        lockSet
	repeatable    bool  // by InTx, where a lock is out of order
	restart       error // why it has to be
}

func newCache(repeatable bool) *Cache {
	return &Cache{
		users: make(map[uuid.UUID]*ent.User), removable: make(map[uuid.UUID]bool),
		groups: make(map[uuid.UUID]*ent.Group), versionBumped: make(map[uuid.UUID]bool),
		locked:     lockSet{directories: make(map[uuid.UUID]bool), groups: make(map[uuid.UUID]bool)},
		repeatable: repeatable,
	}
}

// CacheOf returns the cache of the transaction of an operation. It is nil
// outside of operations, also in a transaction of [entdb.DB.InTx].
func CacheOf(ctx context.Context) *Cache {
	c, _ := ctx.Value(cacheKey{}).(*Cache)
	return c
}

func (c *Cache) restartWith(err *outOfOrder) error {
	c.restart = err
	return err
}

// HoldUser keeps a locked user as the transaction has written it.
func (c *Cache) HoldUser(u *ent.User) { c.users[u.ID] = u }

// DropUser forgets a user that the transaction has deleted.
func (c *Cache) DropUser(id uuid.UUID) { delete(c.users, id) }

// HoldGroup keeps a group that the transaction has written.
func (c *Cache) HoldGroup(g *ent.Group) {
	c.groups[g.ID], c.versionBumped[g.ID], c.locked.groups[g.ID] = g, true, true
}

// DropGroup forgets a group that the transaction has deleted.
func (c *Cache) DropGroup(id uuid.UUID) { delete(c.groups, id) }

// VersionBumped reports whether the transaction has raised the version of a
// group or made it: it raises each once.
func (c *Cache) VersionBumped(id uuid.UUID) bool { return c.versionBumped[id] }

// MemberLeft tells that a member of groups was deleted, which raises their
// versions whether or not they were raised before.
func (c *Cache) MemberLeft(groups []uuid.UUID) {
	for _, id := range groups {
		if c.groups[id] != nil {
			g := *c.groups[id]
			g.MemberCount, g.Version = g.MemberCount-1, g.Version+1
			c.groups[id] = &g
		}
	}
}

// RefersToUsers tells that the transaction writes rows that refer to users,
// which locks these as foreign keys do.
func (c *Cache) RefersToUsers() { c.locked.users = true }
