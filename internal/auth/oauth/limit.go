package oauth

import (
	"net/netip"
	"sync"
	"time"
)

// maxBuckets bounds how many names a limiter remembers.
const maxBuckets = 10_000

// limiter bounds how often something happens under a name: at most burst times
// at once, and once per interval in the long run. It knows of this replica
// alone. Safe for concurrent use.
type limiter struct {
	interval time.Duration
	burst    int
	now      func() time.Time
	mu       sync.Mutex
	full     map[string]time.Time // when the bucket of a name is full again
}

func newLimiter(burst int, interval time.Duration, now func() time.Time) *limiter {
	return &limiter{interval: interval, burst: burst, now: now, full: make(map[string]time.Time)}
}

// wait returns how long until it may happen again, 0 when it may now.
func (l *limiter) wait(name string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	full, known := l.full[name]
	if !known {
		return 0
	}
	return max(0, full.Sub(l.now())-time.Duration(l.burst-1)*l.interval)
}

// take notes that it happened.
func (l *limiter) take(name string) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.full) >= maxBuckets {
		l.forget(now)
	}
	full := l.full[name]
	if full.Before(now) {
		full = now
	}
	l.full[name] = full.Add(l.interval)
}

// forget drops the names under which nothing happened lately, and all when
// there are too many others: secrets are too long to be guessed anyway.
func (l *limiter) forget(now time.Time) {
	for name, full := range l.full {
		if !full.After(now) {
			delete(l.full, name)
		}
	}
	if len(l.full) >= maxBuckets {
		clear(l.full)
	}
}

// network names the network of a client: one customer of a provider has a
// whole /64 of IPv6 addresses.
func network(addr netip.Addr) string {
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}
