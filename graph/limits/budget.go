package limits

import (
	"time"

	"github.com/feddir/feddir/internal/ratelimit"
)

// Budget has points for each key.
type Budget struct {
	*ratelimit.Budget
	capacity, restore int
}

// NewBudget returns a budget of at most capacity points and of restore points a
// second, by this clock.
func NewBudget(capacity, restore int, now func() time.Time) *Budget {
	return &Budget{ratelimit.NewBudget(capacity, time.Second/time.Duration(restore), now), capacity, restore}
}

// The default budget is some 50 pages of 100 objects a second in the long run, and
// ten times that at once.
const (
	DefaultPoints  = 50_000
	DefaultRestore = 5_000
)

// DefaultBudget is DefaultPoints per key, restored at DefaultRestore per second.
func DefaultBudget() *Budget { return NewBudget(DefaultPoints, DefaultRestore, time.Now) }

// RateLimit is the state of a key's budget.
type RateLimit struct {
	Limit       int       `json:"limit"`       // points at most
	Remaining   int       `json:"remaining"`   // points now
	RestoreRate int       `json:"restoreRate"` // points that are added each second
	ResetAt     time.Time `json:"resetAt"`     // when all points are there, if no more are spent
}

// Of returns the state of the key's budget.
func (b *Budget) Of(key string) RateLimit {
	left, full := b.Left(key)
	return RateLimit{b.capacity, left, b.restore, full.UTC().Truncate(time.Millisecond)}
}
