package ratelimit_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/feddir/feddir/internal/ratelimit"
)

func TestAttempts(t *testing.T) {
	t.Parallel()
	now := time.Now()
	a := ratelimit.NewAttempts(3, time.Second, func() time.Time { return now })
	for i, want := range []time.Duration{0, 0, 0, time.Second, 2 * time.Second} {
		if wait := a.Wait("ada"); wait != want {
			t.Errorf("attempt %d waits %v, want %v", i, wait, want)
		}
		a.Count("ada")
	}
	if wait := a.Wait("bob"); wait != 0 {
		t.Errorf("another name waits %v", wait)
	}
	if now = now.Add(3 * time.Second); a.Wait("ada") != 0 {
		t.Errorf("after 3 s it waits %v", a.Wait("ada"))
	}
	if now = now.Add(-500 * time.Millisecond); a.Wait("ada") != 500*time.Millisecond {
		t.Errorf("after 2.5 s it waits %v", a.Wait("ada"))
	}
}

// Very many names take bounded memory.
func TestAttemptsAreBounded(t *testing.T) {
	t.Parallel()
	now := time.Now()
	a := ratelimit.NewAttempts(2, time.Second, func() time.Time { return now })
	for i := range 30_000 {
		a.Count(strconv.Itoa(i))
	}
	if n := a.Names(); n > 10_000 {
		t.Errorf("%d names are remembered", n)
	}
}
