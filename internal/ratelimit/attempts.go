package ratelimit

import (
	"math"
	"sync"
	"time"
)

// maxNames bounds how many names attempts are counted under.
const maxNames = 10_000

// Attempts bounds how often something happens under a name: at most burst times
// at once, and once per interval in the long run. It knows of this replica
// alone. Safe for concurrent use.
type Attempts struct {
	interval time.Duration
	burst    int
	now      func() time.Time
	mu       sync.Mutex
	buckets  map[string]bucket
}

// NewAttempts returns a limit by the given clock that nothing counts to yet.
func NewAttempts(burst int, interval time.Duration, now func() time.Time) *Attempts {
	return &Attempts{interval: interval, burst: burst, now: now, buckets: make(map[string]bucket)}
}

// Wait returns how long until it may happen again, 0 when it may now. It counts
// nothing.
func (a *Attempts) Wait(name string) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, wait := a.buckets[name].after(a.now(), a.interval, a.burst)
	return max(0, wait)
}

// Count notes that it happened, also where it should not have.
func (a *Attempts) Count(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	if len(a.buckets) >= maxNames {
		a.forget(now)
	}
	b := a.buckets[name]
	b.take(now, a.interval, a.burst, math.MaxInt64)
	a.buckets[name] = b
}

// forget drops the names under which nothing happened lately, and all when
// there are too many others: what is guarded here is too long to be guessed
// anyway.
func (a *Attempts) forget(now time.Time) {
	for name, b := range a.buckets {
		if b.idle(now) {
			delete(a.buckets, name)
		}
	}
	if len(a.buckets) >= maxNames {
		clear(a.buckets)
	}
}
