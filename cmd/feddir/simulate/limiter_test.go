package simulate

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// turns are the turns that n who come at once are given.
func turns(t *testing.T, p *limiter, n int) (due []time.Time) {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			given, err := p.wait(t.Context())
			if err != nil || time.Now().Before(given.due) {
				t.Errorf("a turn for %v at %v: %v", given.due, time.Now(), err)
			}
			mu.Lock()
			defer mu.Unlock()
			due = append(due, given.due)
		})
	}
	all.Wait()
	return due
}

func TestTurnsAreEven(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, start := newLimiter(100), time.Now()
		for i, due := range turns(t, p, 50) {
			if want := start.Add(time.Duration(i) * 10 * time.Millisecond); !due.Equal(want) {
				t.Errorf("turn %d is due after %v", i, due.Sub(start))
			}
		}
		time.Sleep(time.Second) // of the bubble's clock: nobody comes
		start = time.Now()
		if due := turns(t, p, 2); !due[0].Equal(start) || due[1].Sub(start) != 10*time.Millisecond {
			t.Errorf("turns that nobody came for are made up for: %v", due)
		}
	})
}

// A rhythm that changes counts at once, also for those who wait already.
func TestRhythmChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, start := newLimiter(0.001), time.Now()
		var all sync.WaitGroup
		all.Go(func() { turns(t, p, 21) })
		synctest.Wait()
		p.set(10, &stage{rate: 10})
		all.Wait()
		if took := time.Since(start); took != 1900*time.Millisecond {
			t.Errorf("twenty turns at ten a second took %v", took)
		}
	})
}

func TestWaitingEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newLimiter(0.001)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for range 3 {
			_, _ = p.wait(ctx)
		}
		if _, err := p.wait(ctx); err == nil {
			t.Error("a turn was given after the end")
		}
	})
}

// Turns that nobody comes for are spare, and what was missed is told instead of made up for.
func TestSpareTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{rate: 100}
		p := newLimiter(0)
		p.set(100, s)
		taken, missed, start := 0, 0, time.Now()
		for time.Since(start) < time.Second {
			given, n, again := p.idleSlot(s)
			if missed += n; given.stage != nil {
				taken++
			}
			if taken == 50 && again > 0 && missed == 0 {
				again = 300 * time.Millisecond // this program is held up
			}
			time.Sleep(again)
		}
		if taken < 65 || taken > 75 || missed < 25 || missed > 35 {
			t.Errorf("%d turns taken, %d missed, of 100", taken, missed)
		}
	})
}

// atBest tries something that a busy machine may fail at, and fails with what
// is wrong where no attempt succeeds.
func atBest(t *testing.T, try func() (wrong string)) {
	t.Helper()
	wrong := ""
	for range 5 {
		if wrong = try(); wrong == "" {
			return
		}
	}
	t.Error(wrong)
}

// Each rate is held, and no faster, or the turns that were missed are told.
func TestRatesAreHeld(t *testing.T) {
	t.Parallel()
	atBest(t, func() string {
		result, err := simulate(t, newServer(t, ""), "--people", "50", "--rate", "40,200", "--duration", "1s")
		if err != nil {
			t.Fatalf("%v\n%+v", err, result.Wrongs)
		}
		if len(result.Stages) != 2 {
			t.Fatalf("stages: %+v", result.Stages)
		}
		for _, s := range result.Stages {
			if turns := float64(s.Count+s.Missed) / s.Seconds; turns < s.Rate*.7 || turns > s.Rate*1.15 || s.Count == 0 {
				return fmt.Sprintf("%.0f turns a second: %+v", turns, s)
			}
		}
		return ""
	})
}

// A latency counts from the turn, so that an answer which holds up others shows in theirs.
func TestLatenciesCountFromTheTurn(t *testing.T) {
	t.Parallel()
	atBest(t, func() string {
		result, err := simulate(t, newServer(t, "stands still"), "--people", "50", "--rate", "100", "--initial-rate", "0", "--duration", "1s")
		if err != nil {
			t.Fatalf("%v\n%+v", err, result.Wrongs)
		}
		// Half of the turns fall into a standstill of half a second.
		if s := result.Stages[0]; s.P95 < 300 {
			return fmt.Sprintf("%+v", s)
		}
		return ""
	})
}
