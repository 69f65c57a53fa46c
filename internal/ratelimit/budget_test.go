package ratelimit_test

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/feddir/feddir/internal/ratelimit"
)

func TestBudgetTake(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	b := ratelimit.NewBudget(100, time.Second/10, func() time.Time { return now })
	for i, want := range []time.Duration{0, 2 * time.Second, 2 * time.Second} {
		if wait := b.Take("a", 60); wait != want {
			t.Errorf("take %d waits %v, want %v", i, wait, want)
		}
	}
	if wait := b.Take("b", 100); wait != 0 {
		t.Errorf("another name waits %v", wait)
	}
	if wait := b.Take("c", 101); wait <= 0 {
		t.Error("more than there can be at once is spent")
	}
	if wait := b.Wait("a", 1000); wait != 6*time.Second {
		t.Errorf("all are there after %v", wait)
	}
	now = now.Add(2 * time.Second)
	if left, full := b.Left("a"); left != 60 || !full.Equal(now.Add(4*time.Second)) {
		t.Errorf("%d left, full at %v", left, full)
	}
	if wait := b.Take("a", 60); wait != 0 {
		t.Errorf("after 2 s it waits %v", wait)
	}
	if left, _ := b.Left("a"); left != 0 {
		t.Errorf("%d left", left)
	}
}

// What is charged beyond the budget has to come again before more is spent.
func TestBudgetCharge(t *testing.T) {
	t.Parallel()
	now := time.Now()
	b := ratelimit.NewBudget(3, time.Second, func() time.Time { return now })
	for i, want := range []time.Duration{0, 0, 0, time.Second, 2 * time.Second} {
		if wait := b.Wait("ada", 1); wait != want {
			t.Errorf("charge %d waits %v, want %v", i, wait, want)
		}
		b.Charge("ada", 1)
	}
	if left, _ := b.Left("ada"); left != 0 {
		t.Errorf("%d left", left)
	}
	if wait := b.Wait("bob", 1); wait != 0 {
		t.Errorf("another name waits %v", wait)
	}
	if now = now.Add(3 * time.Second); b.Wait("ada", 1) != 0 {
		t.Errorf("after 3 s it waits %v", b.Wait("ada", 1))
	}
	if now = now.Add(-500 * time.Millisecond); b.Wait("ada", 1) != 500*time.Millisecond {
		t.Errorf("after 2.5 s it waits %v", b.Wait("ada", 1))
	}
}

// Points that come faster than a clock counts, and more than there is time for,
// are spent as well.
func TestBudgetsOfAnySize(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, interval := range []time.Duration{0, time.Nanosecond, time.Hour} {
		b := ratelimit.NewBudget(math.MaxInt, interval, func() time.Time { return now })
		for range 100 {
			if wait := b.Take("ada", 1000); wait != 0 {
				t.Fatalf("%v: it waits %v", interval, wait)
			}
		}
	}
}

// Very many names take bounded memory, and the one in use is not forgotten.
func TestBudgetsAreBounded(t *testing.T) {
	t.Parallel()
	now := time.Now()
	b := ratelimit.NewBudget(50_000, time.Second, func() time.Time { return now })
	for i := range 30_000 {
		b.Charge(strconv.Itoa(i), 1)
		b.Charge("ada", 1)
	}
	if n := b.Names(); n > 10_000 {
		t.Errorf("%d names are remembered", n)
	}
	if left, _ := b.Left("ada"); left != 20_000 {
		t.Errorf("%d left", left)
	}
}
