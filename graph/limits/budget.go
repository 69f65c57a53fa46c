package limits

import (
	"math"
	"sync"
	"time"
)

// Budget is a token bucket per key: every key starts with capacity points and
// gets restore points back each second.
type Budget struct {
	capacity, restore float64
	now               func() time.Time

	mu            sync.Mutex
	turned        time.Time
	recent, older map[string]bucket
}

type bucket struct {
	points float64
	at     time.Time
}

// NewBudget makes a budget of capacity points, restored at restore points per
// second, by the given clock.
func NewBudget(capacity, restore int, now func() time.Time) *Budget {
	return &Budget{
		capacity: float64(capacity),
		restore:  float64(restore),
		now:      now,
		turned:   now(),
		recent:   map[string]bucket{},
	}
}

// Charge takes points from the key's bucket, or what there is of them.
func (b *Budget) Charge(key string, points int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.turn(now)
	b.recent[key] = bucket{max(b.left(key, now)-float64(points), 0), now}
}

// What a budget is unless configured otherwise: some 50 pages of 100 objects a
// second in the long run, ten times that at once.
const (
	DefaultPoints  = 50_000
	DefaultRestore = 5_000
)

// DefaultBudget is DefaultPoints per key, restored at DefaultRestore per second.
func DefaultBudget() *Budget { return NewBudget(DefaultPoints, DefaultRestore, time.Now) }

// Take takes points from the key's bucket. If there are too few it takes none
// and returns how long until there are enough. More points than the bucket
// holds are never there; the wait is then the longest there is.
func (b *Budget) Take(key string, points int) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.turn(now)
	if wait := b.wait(key, now, points); wait > 0 {
		return wait
	}
	b.recent[key] = bucket{b.left(key, now) - float64(points), now}
	return 0
}

// Wait is how long until there are as many points in the key's bucket.
func (b *Budget) Wait(key string, points int) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.wait(key, b.now(), points)
}

func (b *Budget) wait(key string, now time.Time, points int) time.Duration {
	missing := min(float64(points)-b.left(key, now), b.capacity)
	return time.Duration(math.Ceil(max(missing, 0) / b.restore * float64(time.Second)))
}

// RateLimit is what a key may spend.
type RateLimit struct {
	Limit       int       `json:"limit"`       // points when nothing was spent lately
	Remaining   int       `json:"remaining"`   // points there are now
	RestoreRate int       `json:"restoreRate"` // points that come back each second
	ResetAt     time.Time `json:"resetAt"`     // when all are back, if no more are spent
}

// Of is what the key may spend now.
func (b *Budget) Of(key string) RateLimit {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	left := b.left(key, now)
	full := now.Add(time.Duration((b.capacity - left) / b.restore * float64(time.Second)))
	return RateLimit{int(b.capacity), int(left), int(b.restore), full.UTC().Truncate(time.Millisecond)}
}

func (b *Budget) left(key string, now time.Time) float64 {
	k, ok := b.recent[key]
	if !ok {
		k, ok = b.older[key]
	}
	if !ok {
		return b.capacity
	}
	return min(b.capacity, k.points+now.Sub(k.at).Seconds()*b.restore)
}

// turn forgets buckets not used for as long as an empty one takes to fill: they
// are full, like those never seen. So memory is bounded by the keys of two such
// spans, and forgetting gives nobody a point.
func (b *Budget) turn(now time.Time) {
	if now.Sub(b.turned).Seconds() < b.capacity/b.restore {
		return
	}
	b.older, b.recent, b.turned = b.recent, map[string]bucket{}, now
}
