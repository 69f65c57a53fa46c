package ratelimit_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/internal/ratelimit"
)

var generous = ratelimit.Config{Rate: 500, Burst: 1000, Concurrent: 8, Queue: 256}

// outcome is what became of many requests of one caller.
type outcome struct{ passed, refused atomic.Int64 }

// send sends n requests, one each interval, each of which takes so long.
func send(t *testing.T, l *ratelimit.Limiter, id uuid.UUID, n int, interval, takes time.Duration) *outcome {
	var o outcome
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			release, again, err := l.Wait(t.Context(), id)
			switch {
			case err != nil:
				t.Error(err)
			case release == nil:
				if again <= 0 {
					t.Error("refused for no time")
				}
				o.refused.Add(1)
			default:
				time.Sleep(takes)
				release()
				o.passed.Add(1)
			}
		})
		time.Sleep(interval)
	}
	group.Wait()
	return &o
}

// E-162, E-163: the guaranteed rate is served, whatever else happens.
func TestGuaranteedRateIsNeverRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := ratelimit.New(ratelimit.Config{Rate: ratelimit.Guaranteed, Burst: 1, Concurrent: 1, Queue: 1})
		// Each takes as long as the server can just bear.
		if o := send(t, l, uuid.New(), 2000, time.Second/ratelimit.Guaranteed, 39*time.Millisecond); o.refused.Load() > 0 {
			t.Errorf("%d refused", o.refused.Load())
		}
	})
}

// Requests of the guaranteed rate wait for a slow server rather than be refused.
func TestGuaranteedRateWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := ratelimit.New(ratelimit.Config{Rate: ratelimit.Guaranteed, Burst: 1, Concurrent: 1, Queue: 0})
		if o := send(t, l, uuid.New(), ratelimit.Guaranteed, 0, 300*time.Millisecond); o.refused.Load() > 0 {
			t.Errorf("%d refused", o.refused.Load())
		}
	})
}

// Requests that come behind a burst are no more a second than is guaranteed by
// the time they would be refused, and wait on.
func TestGuaranteedRateWaitsBehindABurst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := ratelimit.New(ratelimit.Config{Rate: 1000, Burst: 1000, Concurrent: 1, Queue: 256})
		id := uuid.New()
		if o := send(t, l, id, 2*ratelimit.Guaranteed, 0, 0); o.refused.Load() > 0 {
			t.Fatalf("%d of the burst are refused", o.refused.Load())
		}
		if o := send(t, l, id, 16, 0, 300*time.Millisecond); o.refused.Load() > 0 {
			t.Errorf("%d of 16 are refused", o.refused.Load())
		}
	})
}

func TestBurstPassesAndExcessIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := ratelimit.New(generous)
		o := send(t, l, uuid.New(), 5000, 0, 0)
		// How many of so many at once find a place depends on who is faster; as
		// many as can work and wait always do.
		if passed := o.passed.Load(); passed < 8+256 || passed > 1000+256+ratelimit.Guaranteed {
			t.Errorf("%d passed", passed)
		}
	})
}

func TestSustainedRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := ratelimit.New(generous)
		start := time.Now()
		o := send(t, l, uuid.New(), 30_000, time.Millisecond, time.Millisecond)
		rate := float64(o.passed.Load()-1000) / time.Since(start).Seconds()
		if rate < 480 || rate > 550 {
			t.Errorf("%.0f a second", rate)
		}
	})
}

func TestWorkAtTheSameTimeIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := ratelimit.New(generous)
		var working, most atomic.Int64
		var group sync.WaitGroup
		for range 200 {
			group.Go(func() {
				release, _, err := l.Wait(t.Context(), uuid.Nil)
				if err != nil || release == nil {
					t.Error("refused")
					return
				}
				defer release()
				n := working.Add(1)
				for old := most.Load(); n > old && !most.CompareAndSwap(old, n); {
					old = most.Load()
				}
				time.Sleep(10 * time.Millisecond)
				working.Add(-1)
			})
		}
		group.Wait()
		if most.Load() != int64(generous.Concurrent) {
			t.Errorf("%d at the same time", most.Load())
		}
	})
}

// A provisioning job of 500 requests a second that sends them in bursts is
// never limited by default.
func TestBurstyJobIsNotLimitedByDefault(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := ratelimit.New(ratelimit.Config{Rate: ratelimit.DefaultRate, Burst: ratelimit.DefaultBurst, Concurrent: 8, Queue: 256})
		id := uuid.New()
		for range 120 { // a minute
			if o := send(t, l, id, 250, 0, 10*time.Millisecond); o.refused.Load() > 0 {
				t.Fatalf("%d refused", o.refused.Load())
			}
			time.Sleep(time.Second/2 - 320*time.Millisecond) // what 250 take, 8 at a time
		}
	})
}

// One caller with a full queue delays no other.
func TestOthersDoNotWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := ratelimit.New(generous)
		noisy, quiet := uuid.New(), uuid.New()
		var group sync.WaitGroup
		group.Go(func() { send(t, l, noisy, 2000, 0, time.Second) })
		time.Sleep(100 * time.Millisecond)
		start := time.Now()
		release, _, err := l.Wait(t.Context(), quiet)
		if err != nil || release == nil || time.Since(start) > 0 {
			t.Errorf("it waited %v: %v", time.Since(start), err)
		}
		release()
		group.Wait()
	})
}

func TestWaitEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := ratelimit.New(ratelimit.Config{Rate: 500, Burst: 1000, Concurrent: 1, Queue: 256})
		held, _, _ := l.Wait(t.Context(), uuid.Nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if release, _, err := l.Wait(ctx, uuid.Nil); release != nil || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		held()
		if release, _, err := l.Wait(t.Context(), uuid.Nil); release == nil {
			t.Errorf("the turn was lost: %v", err)
		}
	})
}

func TestIdleCallersAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := ratelimit.New(generous)
		for range 100_000 {
			release, _, _ := l.Wait(t.Context(), uuid.New())
			release()
			time.Sleep(time.Millisecond)
		}
		if n := l.Callers(); n > 5000 {
			t.Errorf("%d callers are remembered", n)
		}
	})
}

func BenchmarkWait(b *testing.B) {
	l := ratelimit.New(ratelimit.Config{Rate: 1e9, Burst: 1e9, Concurrent: 8, Queue: 256})
	id := uuid.New()
	b.ReportAllocs()
	for b.Loop() {
		release, _, _ := l.Wait(b.Context(), id)
		release()
	}
}
