package ratelimit

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Guaranteed is the rate, in requests a second, below which nobody is ever
// refused. It is what Microsoft demands of a SCIM server.
const Guaranteed = 25

// DefaultRate and DefaultBurst are what a caller may do unless configured
// otherwise: twice the fastest provisioning job that is reckoned with, so that
// such a job is not limited though it sends in bursts.
const (
	DefaultRate  = 1000
	DefaultBurst = 1000
)

const (
	maxWait = 2 * time.Second // for a turn
	maxIdle = 4096            // callers that are remembered though they do nothing
)

// Config is what each caller may do. All of it must be set.
type Config struct {
	Rate       float64 // requests a second in the long run; at least Guaranteed
	Burst      int     // requests that may come at once
	Concurrent int     // requests that are worked on at the same time
	Queue      int     // requests that wait for their turn
}

// Limiter gives turns to callers. Safe for concurrent use.
type Limiter struct {
	cfg     Config
	mu      sync.Mutex
	callers map[uuid.UUID]*caller
}

// New returns a limiter.
func New(cfg Config) *Limiter { return &Limiter{cfg: cfg, callers: make(map[uuid.UUID]*caller)} }

// caller is what is known of one; the limiter's mutex guards it.
type caller struct {
	budget, floor bucket
	working       int             // requests that have a turn
	line          []chan struct{} // who waits for a turn; closed when it is given
	waiting       int             // requests that may yet be refused
}

// Wait gives a request of a caller its turn, after at most two seconds. The
// request must call release when it is done. Where release is nil the request
// is refused: it should come again after the time returned. The error is that
// of ctx, when it ends first.
func (l *Limiter) Wait(ctx context.Context, id uuid.UUID) (release func(), again time.Duration, err error) {
	now := time.Now()
	l.mu.Lock()
	c := l.caller(id, now)
	safe := c.guaranteed(now)
	limit := maxWait
	if c.waiting >= l.cfg.Queue {
		limit = 0
	}
	delay := c.budget.take(now, every(l.cfg.Rate), l.cfg.Burst, limit)
	switch {
	case safe:
		delay = 0
	case delay > limit:
		l.mu.Unlock()
		return nil, delay, nil
	}
	if delay <= 0 && c.working < l.cfg.Concurrent && len(c.line) == 0 {
		c.working++
		l.mu.Unlock()
		return l.releaser(c), 0, nil
	}
	if !safe {
		if limit == 0 {
			l.mu.Unlock()
			return nil, time.Second, nil
		}
		c.waiting++
		defer func() {
			l.mu.Lock()
			c.waiting--
			l.mu.Unlock()
		}()
	}
	l.mu.Unlock()
	if err := sleep(ctx, delay); err != nil {
		return nil, 0, err
	}
	return l.queue(ctx, c, safe, now.Add(maxWait))
}

// Allow reports whether one more request of a caller is within the rate that
// is guaranteed. It never waits.
func (l *Limiter) Allow(id uuid.UUID) bool {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.caller(id, now).guaranteed(now)
}

// guaranteed counts one more request of a caller where it is within the rate
// that is guaranteed, and reports whether it is.
func (c *caller) guaranteed(now time.Time) bool {
	return c.floor.take(now, time.Second/Guaranteed, Guaranteed, 0) <= 0
}

// queue waits for a turn until the deadline, or as long as ctx when the
// request is safe from being refused: also where it is no more than is
// guaranteed by then, because those before it have taken so long.
func (l *Limiter) queue(ctx context.Context, c *caller, safe bool, deadline time.Time) (func(), time.Duration, error) {
	turn := make(chan struct{})
	l.mu.Lock()
	if c.working < l.cfg.Concurrent && len(c.line) == 0 {
		c.working++
		l.mu.Unlock()
		return l.releaser(c), 0, nil
	}
	c.line = append(c.line, turn)
	l.mu.Unlock()
	var late <-chan time.Time
	if !safe {
		timer := time.NewTimer(time.Until(deadline))
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-turn:
		return l.releaser(c), 0, nil
	case <-late:
		if l.lateButGuaranteed(c) {
			select {
			case <-turn:
				return l.releaser(c), 0, nil
			case <-ctx.Done():
			}
		}
	case <-ctx.Done():
	}
	if l.leave(c, turn) {
		return l.releaser(c), 0, nil
	}
	return nil, time.Second, ctx.Err()
}

// lateButGuaranteed is guaranteed for a request that has waited for as long as
// requests may.
func (l *Limiter) lateButGuaranteed(c *caller) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return c.guaranteed(time.Now())
}

// leave takes a request out of the line. It reports true when its turn came
// just then.
func (l *Limiter) leave(c *caller, turn chan struct{}) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, other := range c.line {
		if other == turn {
			c.line = append(c.line[:i:i], c.line[i+1:]...)
			return false
		}
	}
	return true
}

// releaser returns what gives a turn to the next in line.
func (l *Limiter) releaser(c *caller) func() {
	return sync.OnceFunc(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if len(c.line) == 0 {
			c.working--
			return
		}
		close(c.line[0])
		c.line = c.line[1:]
	})
}

func (l *Limiter) caller(id uuid.UUID, now time.Time) *caller {
	c := l.callers[id]
	if c == nil {
		if len(l.callers) >= maxIdle {
			l.forgetIdle(now)
		}
		c = new(caller)
		l.callers[id] = c
	}
	return c
}

func (l *Limiter) forgetIdle(now time.Time) {
	for id, c := range l.callers {
		if c.working == 0 && c.waiting == 0 && len(c.line) == 0 && c.budget.idle(now) && c.floor.idle(now) {
			delete(l.callers, id)
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
