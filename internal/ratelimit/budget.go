package ratelimit

import (
	"math"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// maxNames bounds the names that are remembered. The one used longest ago is
// forgotten, and has all its points again.
const maxNames = 10_000

// Budget bounds what is spent under each name: at most burst points at once, and
// one per interval in the long run. It counts on this replica only. Safe for
// concurrent use.
type Budget struct {
	interval time.Duration
	burst    int
	now      func() time.Time
	mu       sync.Mutex
	buckets  *simplelru.LRU[string, bucket]
}

// NewBudget returns a budget by this clock, of which nothing is spent.
func NewBudget(burst int, interval time.Duration, now func() time.Time) *Budget {
	buckets, err := simplelru.NewLRU[string, bucket](maxNames, nil)
	if err != nil {
		panic(err) // the size is not positive
	}
	return &Budget{interval: max(interval, 1), burst: burst, now: now, buckets: buckets}
}

// Wait returns how long it takes until so many points can be spent, 0 if they can
// be now. More than there can be at once wait until all are there.
func (b *Budget) Wait(name string, points int) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, wait := b.bucket(name).after(b.now(), b.cost(min(points, b.burst)), b.cost(b.burst))
	return max(0, wait)
}

// Take spends points and returns 0. If there are too few it spends none and
// returns how long it takes until there are enough.
func (b *Budget) Take(name string, points int) time.Duration { return b.spend(name, points, 0) }

// Charge spends points, also those that are not there yet.
func (b *Budget) Charge(name string, points int) { b.spend(name, points, math.MaxInt64) }

func (b *Budget) spend(name string, points int, limit time.Duration) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	state := b.bucket(name)
	wait := state.take(b.now(), b.cost(points), b.cost(b.burst), limit)
	b.buckets.Add(name, state)
	return max(0, wait)
}

// Left returns how many points can be spent now, and when all can be again if no
// more are spent.
func (b *Budget) Left(name string) (points int, full time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	full, _ = b.bucket(name).after(now, 0, 0)
	spent := (full.Sub(now) + b.interval - 1) / b.interval
	return max(0, b.burst-int(spent)), full
}

func (b *Budget) bucket(name string) bucket {
	state, _ := b.buckets.Peek(name)
	return state
}

// cost is the time in which so many points come, a century for more than that.
func (b *Budget) cost(points int) time.Duration {
	const most = 100 * 365 * 24 * time.Hour
	return time.Duration(min(points, int(most/b.interval))) * b.interval
}
