package cache

import (
	"container/heap"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Config bounds a cache. All of it must be set.
type Config struct {
	Entries int   // how many are kept
	Cost    int64 // what all that are kept may cost
}

// Cache keeps values of owners by keys. Safe for concurrent use.
type Cache[O, K comparable, V any] struct {
	cfg Config

	mu      sync.Mutex
	byOwner map[O]*owner[O, K, V]
	owners  ranking[O, K, V] // who has most comes first
	entries int
	cost    int64
}

// costed is a value with what it costs.
type costed[V any] struct {
	value V
	cost  int64
}

// New returns an empty cache.
func New[O, K comparable, V any](cfg Config) *Cache[O, K, V] {
	return &Cache[O, K, V]{cfg: cfg, byOwner: make(map[O]*owner[O, K, V])}
}

// Get returns what is kept under a key of an owner.
func (c *Cache[O, K, V]) Get(of O, key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o := c.byOwner[of]; o != nil {
		kept, found := o.lru.Get(key)
		return kept.value, found
	}
	return value, false
}

// Add keeps a value under a key of an owner, in place of what was kept there.
func (c *Cache[O, K, V]) Add(of O, key K, value V, cost int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(of, key)
	o := c.byOwner[of]
	if o == nil {
		o = c.newOwner(of)
	}
	o.lru.Add(key, costed[V]{value, cost})
	c.changed(o, 1, cost)
	for c.entries > c.cfg.Entries || c.cost > c.cfg.Cost {
		most := c.owners[0]
		_, oldest, _ := most.lru.RemoveOldest()
		c.changed(most, -1, -oldest.cost)
	}
}

// Remove forgets what is kept under a key of an owner.
func (c *Cache[O, K, V]) Remove(of O, key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(of, key)
}

func (c *Cache[O, K, V]) remove(of O, key K) {
	o := c.byOwner[of]
	if o == nil {
		return
	}
	if kept, ok := o.lru.Peek(key); ok {
		o.lru.Remove(key)
		c.changed(o, -1, -kept.cost)
	}
}

// Size is how many entries are kept and what they cost.
func (c *Cache[O, K, V]) Size() (entries int, cost int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.entries, c.cost
}

// newOwner adds an owner who has nothing yet.
func (c *Cache[O, K, V]) newOwner(id O) *owner[O, K, V] {
	lru, err := simplelru.NewLRU[K, costed[V]](c.cfg.Entries+1, nil) // one more: Add evicts by itself
	if err != nil {
		panic(err) // the size is not positive
	}
	o := &owner[O, K, V]{id: id, lru: lru}
	c.byOwner[id] = o
	heap.Push(&c.owners, o)
	return o
}

// changed counts what an owner got or lost, and forgets one who has nothing.
func (c *Cache[O, K, V]) changed(o *owner[O, K, V], entries int, cost int64) {
	c.entries += entries
	c.cost += cost
	o.cost += cost
	if o.lru.Len() > 0 {
		heap.Fix(&c.owners, o.index)
		return
	}
	heap.Remove(&c.owners, o.index)
	delete(c.byOwner, o.id)
}
