package tail

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/graph/stream"
	"github.com/feddir/feddir/internal/apierror"
)

// DefaultMaxLag is by how much a subscriber may be late unless configured
// otherwise.
const DefaultMaxLag = 30 * time.Second

// Delivery is how events reach the subscribers of an installation.
type Delivery struct {
	MaxLag time.Duration // by how much a subscriber may be late
	Budget *limits.Budget
	Key    func(context.Context) string // whose budget pays
}

// Start lets a subscriber run until ctx or its list ends, then leaves its tailer
// and closes the channel of events that it returns. Event makes an event of a
// row; cursor is where a client goes on behind a position. No more events are
// delivered than the budget pays for, and those of a heavy subscription wait for
// their turn.
func Start[P cmp.Ordered, T, E any](ctx context.Context, d Delivery, s *Subscriber[P, T], leave func(), event func(T) E, cursor func(P) string) <-chan E {
	out := make(chan E)
	points, key := limits.ContextCost(ctx), "events of "+d.Key(ctx)
	s.maxLag = d.MaxLag
	s.deliver = func(ctx context.Context, row T) bool {
		for wait := d.Budget.Take(key, points); wait > 0; wait = d.Budget.Take(key, points) {
			if !pause(ctx, min(wait, time.Second)) {
				return false
			}
		}
		giveBack, err := limits.EventTurn(ctx)
		for ; err != nil; giveBack, err = limits.EventTurn(ctx) { // there is no hurry
			if !pause(ctx, time.Second) {
				return false
			}
		}
		select {
		case <-ctx.Done():
			giveBack()
			return false
		case out <- event(row):
			return true
		}
	}
	go func() {
		defer close(out)
		defer leave()
		s.runToEnd(ctx, cursor)
	}()
	return out
}

// runToEnd runs s until it ends, and tells the client how.
func (s *Subscriber[P, T]) runToEnd(ctx context.Context, cursor func(P) string) {
	err := s.run(ctx)
	var end *Ended
	switch {
	case err == nil, ctx.Err() != nil:
	case errors.As(err, &end):
		if end.Cause != nil {
			stream.End(ctx, end.Cause)
		}
	case errors.Is(err, errSlow):
		stream.EndSlow(ctx, apierror.Errorf(apierror.SlowConsumer, "", "too slow: go on after %s", cursor(s.At)))
	default:
		stream.End(ctx, err)
	}
}

// pause waits, and reports whether ctx goes on.
func pause(ctx context.Context, wait time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}
