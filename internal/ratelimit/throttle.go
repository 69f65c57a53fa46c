package ratelimit

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Guaranteed is the rate, in requests a second, below which no request is refused.
// Microsoft demands it of SCIM servers.
const Guaranteed = 25

// DefaultRate and DefaultBurst allow twice the rate of the fastest provisioning
// job we expect, so that such a job is not limited even if it sends in bursts.
const (
	DefaultRate  = 1000
	DefaultBurst = 1000
)

const (
	maxWait = 2 * time.Second // for a turn
	maxIdle = 4096            // idle callers that are kept
)

// Config bounds what each caller may do. Every field must be set.
type Config struct {
	Rate       float64 // requests a second in the long run; at least Guaranteed
	Burst      int     // requests that may come at once
	Concurrent int     // requests at the same time
	Queue      int     // waiting requests
}

// Limiter gives turns to callers. Safe for concurrent use.
type Limiter struct {
	cfg     Config
	mu      sync.Mutex
	callers map[uuid.UUID]*caller
}

// New returns a limiter.
func New(cfg Config) *Limiter { return &Limiter{cfg: cfg, callers: make(map[uuid.UUID]*caller)} }

// caller is the state of one caller. The limiter's mutex guards it.
type caller struct {
	rate, guarantee bucket
	running         int             // requests that have a turn
	queue           []chan struct{} // who waits for a turn; closed when it is given
	waiting         int             // requests that may yet be refused
}

// Wait waits for the turn of a request, at most two seconds. The caller must call
// release when the request is done. If release is nil the request is refused, and
// should be sent again after retryAfter. The error is that of ctx.
func (l *Limiter) Wait(ctx context.Context, id uuid.UUID) (release func(), retryAfter time.Duration, err error) {
	now := time.Now()
	l.mu.Lock()
	c := l.caller(id, now)
	guaranteed := c.takeGuaranteed(now)
	limit := maxWait
	if c.waiting >= l.cfg.Queue {
		limit = 0
	}
	interval := every(l.cfg.Rate)
	delay := c.rate.take(now, interval, time.Duration(l.cfg.Burst)*interval, limit)
	switch {
	case guaranteed:
		delay = 0
	case delay > limit:
		l.mu.Unlock()
		return nil, delay, nil
	}
	if delay <= 0 && c.running < l.cfg.Concurrent && len(c.queue) == 0 {
		c.running++
		l.mu.Unlock()
		return l.releaser(c), 0, nil
	}
	if !guaranteed {
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
	return l.queue(ctx, c, guaranteed, now.Add(maxWait))
}

// Allow reports whether one more request of a caller is within the guaranteed
// rate. It does not wait.
func (l *Limiter) Allow(id uuid.UUID) bool {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.caller(id, now).takeGuaranteed(now)
}

// takeGuaranteed reports whether one more request of a caller is within the
// guaranteed rate. If so it counts the request.
func (c *caller) takeGuaranteed(now time.Time) bool {
	return c.guarantee.take(now, time.Second/Guaranteed, time.Second, 0) <= 0
}

// queue waits for a turn until the deadline. A guaranteed request waits until ctx
// ends, and so does one that is within the guaranteed rate at the deadline,
// because the requests before it have taken so long.
func (l *Limiter) queue(ctx context.Context, c *caller, guaranteed bool, deadline time.Time) (func(), time.Duration, error) {
	turn := make(chan struct{})
	l.mu.Lock()
	if c.running < l.cfg.Concurrent && len(c.queue) == 0 {
		c.running++
		l.mu.Unlock()
		return l.releaser(c), 0, nil
	}
	c.queue = append(c.queue, turn)
	l.mu.Unlock()
	var timeout <-chan time.Time
	if !guaranteed {
		timer := time.NewTimer(time.Until(deadline))
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case <-turn:
		return l.releaser(c), 0, nil
	case <-timeout:
		if l.takeGuaranteedLate(c) {
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

// takeGuaranteedLate is takeGuaranteed for a request that has waited until its
// deadline.
func (l *Limiter) takeGuaranteedLate(c *caller) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return c.takeGuaranteed(time.Now())
}

// leave removes a request from the queue. It returns true if its turn came at the
// same moment.
func (l *Limiter) leave(c *caller, turn chan struct{}) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, other := range c.queue {
		if other == turn {
			c.queue = append(c.queue[:i:i], c.queue[i+1:]...)
			return false
		}
	}
	return true
}

// releaser returns the function that gives a turn to the next request.
func (l *Limiter) releaser(c *caller) func() {
	return sync.OnceFunc(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if len(c.queue) == 0 {
			c.running--
			return
		}
		close(c.queue[0])
		c.queue = c.queue[1:]
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
		if c.running == 0 && c.waiting == 0 && len(c.queue) == 0 && c.rate.idle(now) && c.guarantee.idle(now) {
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
