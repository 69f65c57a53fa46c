package simulate

import (
	"context"
	"sync"
	"time"
)

// maxCatchUp is how far requests may lag behind their slots because this program was delayed. Beyond it the slots are
// planned anew.
const maxCatchUp = 100 * time.Millisecond

// limiter gives requests evenly spaced slots, in the order of their arrival.
type limiter struct {
	gate chan struct{} // full while a request waits for the next slot

	mu       sync.Mutex
	interval time.Duration // between two slots; 0 without a rate
	next     time.Time
	stage    *stage        // of the slots; nil for none
	changed  chan struct{} // closed when the rate changes
}

// slot is the planned time of a request.
type slot struct {
	due   time.Time // zero without a rate
	stage *stage
}

func newLimiter(rate float64) *limiter {
	p := &limiter{gate: make(chan struct{}, 1), changed: make(chan struct{})}
	p.set(rate, nil)
	return p
}

// set sets the rate of slots from now on, 0 for no limit, and their stage.
func (p *limiter) set(rate float64, s *stage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.interval, p.next, p.stage = 0, time.Now(), s
	if rate > 0 {
		p.interval = time.Duration(float64(time.Second) / rate)
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// wait waits for the caller's slot.
func (p *limiter) wait(ctx context.Context) (slot, error) {
	arrived := time.Now()
	select {
	case p.gate <- struct{}{}:
	case <-ctx.Done():
		return slot{}, ctx.Err()
	}
	defer func() { <-p.gate }()
	for {
		t, taken, changed := p.takeSlot(arrived)
		if taken {
			return t, ctx.Err()
		}
		timer := time.NewTimer(time.Until(t.due))
		select {
		case <-timer.C:
		case <-changed:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return slot{}, ctx.Err()
		}
	}
}

// takeSlot takes the next slot for a request that arrived at a time, if the slot is due; else it returns when it is.
func (p *limiter) takeSlot(arrived time.Time) (t slot, taken bool, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.interval == 0 {
		return slot{stage: p.stage}, true, nil
	}
	t = slot{p.next, p.stage}
	if t.due.Before(arrived) {
		t.due = arrived // the slots before it were idle
	}
	now := time.Now()
	if now.Before(t.due) {
		return t, false, p.changed
	}
	p.next = t.due.Add(p.interval)
	if now.Sub(t.due) > maxCatchUp {
		p.next = now.Add(p.interval)
	}
	return t, true, nil
}

// idleSlot takes a slot of a stage that no request has arrived for. If there is none it returns how long to wait before
// the next call, and how many slots have passed because this program was delayed.
func (p *limiter) idleSlot(s *stage) (t slot, missed int, wait time.Duration) {
	select {
	case p.gate <- struct{}{}:
		defer func() { <-p.gate }()
	default:
		return slot{}, 0, s.interval() // a request waits
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	over := now.Sub(p.next)
	switch {
	case over < p.interval:
		return slot{}, 0, p.interval - over
	case over > maxCatchUp+p.interval:
		missed = int(over / p.interval)
		p.next = now
		return slot{}, missed, 0
	}
	t = slot{p.next, s}
	p.next = p.next.Add(p.interval)
	return t, 0, 0
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
