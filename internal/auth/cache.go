package auth

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/simplelru"
)

const (
	// cacheTTL is how long a look-up counts, so that a revocation takes effect on
	// all replicas within a second.
	cacheTTL = 900 * time.Millisecond
	// maxCached bounds the cached keys, and separately the cached digests of
	// unknown secrets, so that unknown secrets do not evict keys.
	maxCached = 10_000
)

type digest [sha256.Size]byte

// cache holds the outcomes of look-ups. Safe for concurrent use.
type cache struct {
	mu         sync.Mutex
	known      *simplelru.LRU[digest, *entry]
	unknown    *simplelru.LRU[digest, *entry]
	generation uint64 // incremented by forget
}

// entry is the outcome of a look-up.
type entry struct {
	grant *grant    // nil when there is no such key
	at    time.Time // when the look-up started
}

func newCache() *cache {
	return &cache{known: newEntries(), unknown: newEntries()}
}

func newEntries() *simplelru.LRU[digest, *entry] {
	entries, err := simplelru.NewLRU[digest, *entry](maxCached, nil)
	if err != nil {
		panic(err) // the size is not positive
	}
	return entries
}

// get returns the cached outcome for d, or nil, and the generation to pass to
// put with a new outcome.
func (c *cache) get(d digest, now time.Time) (*entry, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, entries := range []*simplelru.LRU[digest, *entry]{c.known, c.unknown} {
		if e, ok := entries.Get(d); ok && now.Sub(e.at) < cacheTTL {
			return e, c.generation
		}
	}
	return nil, c.generation
}

// put caches e unless keys were removed since the look-up started, which may
// have read the state before that.
func (c *cache) put(d digest, e *entry, generation uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if generation != c.generation {
		return
	}
	c.known.Remove(d)
	c.unknown.Remove(d)
	entries := c.known
	if e.grant == nil {
		entries = c.unknown
	}
	entries.Add(d, e)
}

// forget removes the key or session with this id, or what opens the OAuth client,
// account, directory or company with it.
func (c *cache) forget(id uuid.UUID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.generation++
	for _, d := range c.known.Keys() {
		e, _ := c.known.Peek(d)
		if v := e.grant.viewer; v.KeyID == id || v.DirectoryID == id || v.CompanyID == id || v.AccountID == id || v.SessionID == id {
			c.known.Remove(d)
		}
	}
}
