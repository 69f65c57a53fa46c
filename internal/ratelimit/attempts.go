package ratelimit

import (
	"math"
	"sync"
	"time"
)

// maxNames bounds the names for which attempts are counted.
const maxNames = 10_000

// Attempts bounds how often something happens for a name: at most burst times at
// once, and once per interval in the long run. It counts on this replica only.
// Safe for concurrent use.
type Attempts struct {
	interval time.Duration
	burst    int
	now      func() time.Time
	mu       sync.Mutex
	buckets  map[string]bucket
}

// NewAttempts returns a limit by this clock, without any attempts.
func NewAttempts(burst int, interval time.Duration, now func() time.Time) *Attempts {
	return &Attempts{interval: interval, burst: burst, now: now, buckets: make(map[string]bucket)}
}

// Wait returns how long it takes until the next attempt is allowed, 0 if it is
// allowed now. It does not count an attempt.
func (a *Attempts) Wait(name string) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, wait := a.buckets[name].after(a.now(), a.interval, a.burst)
	return max(0, wait)
}

// Count counts an attempt, even one that is not allowed.
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

// forget drops the names without recent attempts, and all names if there are too
// many others: the secrets guarded here are too long to be guessed anyway.
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
