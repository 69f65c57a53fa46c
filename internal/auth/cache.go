package auth

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/simplelru"
)

const (
	// freshFor is how long a looked-up key is trusted. Revocation anywhere
	// takes effect everywhere within a second.
	freshFor = 900 * time.Millisecond
	// maxCached bounds the keys that are kept, and apart from them the
	// digests of no key, so that bad secrets push out no good one.
	maxCached = 10_000
)

type digest [sha256.Size]byte

// cache keeps what look-ups found. Safe for concurrent use.
type cache struct {
	mu         sync.Mutex
	known      *simplelru.LRU[digest, *entry]
	unknown    *simplelru.LRU[digest, *entry]
	generation uint64 // grows when something was forgotten
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

// get returns what is remembered of d, or nil, and the generation to put a
// fresh outcome with.
func (c *cache) get(d digest, now time.Time) (*entry, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, entries := range []*simplelru.LRU[digest, *entry]{c.known, c.unknown} {
		if e, ok := entries.Get(d); ok && now.Sub(e.at) < freshFor {
			return e, c.generation
		}
	}
	return nil, c.generation
}

// put remembers e unless something was forgotten since the look-up started:
// then it may have read what was true before.
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

// forget drops every key that id names, or that belongs to what id names.
func (c *cache) forget(id uuid.UUID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.generation++
	for _, d := range c.known.Keys() {
		e, _ := c.known.Peek(d)
		if v := e.grant.viewer; v.KeyID == id || v.DirectoryID == id || v.CompanyID == id {
			c.known.Remove(d)
		}
	}
}
