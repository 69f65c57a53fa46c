package limits

import (
	"math"
	"sync"
	"time"
)

// Budget has a token bucket for each key. A bucket holds at most capacity points,
// starts full and gains restore points each second.
type Budget struct {
	capacity, restore float64
	now               func() time.Time

	mu            sync.Mutex
	rotated       time.Time
	recent, older map[string]bucket
}

type bucket struct {
	points float64
	at     time.Time
}

// NewBudget returns a budget of capacity points and restore points a second, by
// this clock.
func NewBudget(capacity, restore int, now func() time.Time) *Budget {
	return &Budget{
		capacity: float64(capacity),
		restore:  float64(restore),
		now:      now,
		rotated:  now(),
		recent:   map[string]bucket{},
	}
}

// Charge takes points from the key's bucket, or all of them if there are fewer.
func (b *Budget) Charge(key string, points int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.rotate(now)
	b.recent[key] = bucket{max(b.left(key, now)-float64(points), 0), now}
}

// The default budget is some 50 pages of 100 objects a second in the long run, and
// ten times that at once.
const (
	DefaultPoints  = 50_000
	DefaultRestore = 5_000
)

// DefaultBudget is DefaultPoints per key, restored at DefaultRestore per second.
func DefaultBudget() *Budget { return NewBudget(DefaultPoints, DefaultRestore, time.Now) }

// Take takes points from the key's bucket. If there are too few it takes none and
// returns how long it takes until there are enough, at most the time to fill the
// bucket.
func (b *Budget) Take(key string, points int) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.rotate(now)
	if wait := b.wait(key, now, points); wait > 0 {
		return wait
	}
	b.recent[key] = bucket{b.left(key, now) - float64(points), now}
	return 0
}

// Wait returns how long it takes until the key's bucket has so many points.
func (b *Budget) Wait(key string, points int) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.wait(key, b.now(), points)
}

func (b *Budget) wait(key string, now time.Time, points int) time.Duration {
	missing := min(float64(points)-b.left(key, now), b.capacity)
	return time.Duration(math.Ceil(max(missing, 0) / b.restore * float64(time.Second)))
}

// RateLimit is the state of a key's bucket.
type RateLimit struct {
	Limit       int       `json:"limit"`       // points of a full bucket
	Remaining   int       `json:"remaining"`   // points now
	RestoreRate int       `json:"restoreRate"` // points that are added each second
	ResetAt     time.Time `json:"resetAt"`     // when the bucket is full, if no more are spent
}

// Of returns the state of the key's bucket.
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

// rotate drops the buckets that were not used for as long as an empty bucket takes
// to fill: they are full, like those of unknown keys. Memory is bounded by the
// keys of two such spans.
func (b *Budget) rotate(now time.Time) {
	if now.Sub(b.rotated).Seconds() < b.capacity/b.restore {
		return
	}
	b.older, b.recent, b.rotated = b.recent, map[string]bucket{}, now
}
