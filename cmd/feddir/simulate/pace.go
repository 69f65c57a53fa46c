package simulate

import (
	"context"
	"sync"
	"time"
)

// maxCatchUp is how far requests may lag behind their turns because this program was held up, and still be sent to
// the rhythm that was planned; beyond it the rhythm starts anew.
const maxCatchUp = 100 * time.Millisecond

// pace gives requests their turns, evenly spaced, first come first served.
type pace struct {
	gate chan struct{} // full while somebody waits for the next turn

	mu       sync.Mutex
	interval time.Duration // between two turns; with none nobody waits
	next     time.Time
	stage    *stage        // that the turns belong to; nil for none
	changed  chan struct{} // closed when the rhythm is another one
}

// turn is when a request is to be sent.
type turn struct {
	due   time.Time // zero without a pace
	stage *stage
}

func newPace(rate float64) *pace {
	p := &pace{gate: make(chan struct{}, 1), changed: make(chan struct{})}
	p.set(rate, nil)
	return p
}

// set makes the turns from now on so many a second, 0 for no pace, and part of a stage.
func (p *pace) set(rate float64, s *stage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.interval, p.next, p.stage = 0, time.Now(), s
	if rate > 0 {
		p.interval = time.Duration(float64(time.Second) / rate)
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// wait blocks until the caller's turn.
func (p *pace) wait(ctx context.Context) (turn, error) {
	arrived := time.Now()
	select {
	case p.gate <- struct{}{}:
	case <-ctx.Done():
		return turn{}, ctx.Err()
	}
	defer func() { <-p.gate }()
	for {
		t, taken, changed := p.take(arrived)
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
			return turn{}, ctx.Err()
		}
	}
}

// take takes the next turn when it has come for one who came at a time, or says when it will.
func (p *pace) take(arrived time.Time) (t turn, taken bool, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.interval == 0 {
		return turn{stage: p.stage}, true, nil
	}
	t = turn{p.next, p.stage}
	if t.due.Before(arrived) {
		t.due = arrived // a turn that nobody came for is over
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

// spare takes a turn of a stage that nobody has come for. Without one it says how long to wait before it is asked
// again, and how many turns have passed since this program was held up.
func (p *pace) spare(s *stage) (t turn, missed int, again time.Duration) {
	select {
	case p.gate <- struct{}{}:
		defer func() { <-p.gate }()
	default:
		return turn{}, 0, s.interval() // somebody waits
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	over := now.Sub(p.next)
	switch {
	case over < p.interval:
		return turn{}, 0, p.interval - over
	case over > maxCatchUp+p.interval:
		missed = int(over / p.interval)
		p.next = now
		return turn{}, missed, 0
	}
	t = turn{p.next, s}
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
