package cache_test

import (
	"sync"
	"testing"

	"github.com/feddir/feddir/internal/cache"
)

func TestCacheKeepsWhatWasUsedLast(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]cache.Config{
		"entries": {Entries: 10, Cost: 1 << 30}, "cost": {Entries: 1000, Cost: 50},
	} {
		c := cache.New[string, int, int](cfg)
		for i := range 100 {
			c.Add("a", i, i, 5)
			c.Add("a", i, i, 5) // the same anew takes no more
			c.Get("a", 0)
		}
		if n, cost := c.Size(); n != 10 || cost != 50 {
			t.Errorf("%s: %d entries cost %d, want 10 and 50", name, n, cost)
		}
		if _, ok := c.Get("a", 0); !ok {
			t.Errorf("%s: the one that is used always is not kept", name)
		}
		if _, ok := c.Get("a", 1); ok {
			t.Errorf("%s: one that nobody has used for long is kept", name)
		}
	}
}

// Who reads all it has pushes out nobody else's.
func TestOwnerPushesOutItsOwn(t *testing.T) {
	t.Parallel()
	c := cache.New[string, int, int](cache.Config{Entries: 1000, Cost: 100})
	for i := range 10 {
		c.Add("quiet", i, i, 1)
	}
	for i := range 10_000 {
		c.Add("busy", i, i, 1)
	}
	for i := range 10 {
		if _, ok := c.Get("quiet", i); !ok {
			t.Errorf("%d is pushed out by another owner", i)
		}
	}
	if _, ok := c.Get("busy", 0); ok {
		t.Error("the busy owner's oldest is kept")
	}
	if _, ok := c.Get("busy", 9_999); !ok {
		t.Error("the busy owner's newest is not kept")
	}
	for i := range 10_000 {
		c.Remove("busy", i)
		c.Remove("quiet", i)
	}
	if n, cost := c.Size(); n != 0 || cost != 0 {
		t.Errorf("an empty cache has %d entries that cost %d", n, cost)
	}
}

// One that costs more than all may is not kept.
func TestTooLargeIsNotKept(t *testing.T) {
	t.Parallel()
	c := cache.New[string, int, int](cache.Config{Entries: 10, Cost: 10})
	c.Add("a", 1, 1, 11)
	if n, cost := c.Size(); n != 0 || cost != 0 {
		t.Errorf("%d entries cost %d", n, cost)
	}
}

// What is added and removed at the same time is counted right.
func TestConcurrentAddsCountOnce(t *testing.T) {
	t.Parallel()
	c := cache.New[int, int, int](cache.Config{Entries: 50, Cost: 400})
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 2000 {
				c.Add(g%3, i%70, i, int64(i%9))
				c.Get(g%3, i%70)
				if i%7 == 0 {
					c.Remove(g%3, (i+1)%70)
				}
			}
		})
	}
	all.Wait()
	if n, cost := c.Size(); n > 50 || cost > 400 {
		t.Errorf("%d entries cost %d", n, cost)
	}
	for g := range 3 {
		for i := range 70 {
			c.Remove(g, i)
		}
	}
	if n, cost := c.Size(); n != 0 || cost != 0 {
		t.Errorf("an empty cache has %d entries that cost %d", n, cost)
	}
}
