package ratelimit

import "time"

// bucket is a rate as the generic cell rate algorithm (GCRA) keeps it: in its
// theoretical arrival time, at which all that was taken so far would have come
// had it come at the rate. golang.org/x/time/rate keeps a mutex and floating
// point for each caller, and makes and cancels reservations to look.
type bucket struct{ theoretical time.Time }

// after is the theoretical arrival time once one more is taken, and how long
// that one must wait.
func (b bucket) after(now time.Time, interval time.Duration, burst int) (theoretical time.Time, wait time.Duration) {
	theoretical = b.theoretical
	if theoretical.Before(now) {
		theoretical = now
	}
	theoretical = theoretical.Add(interval)
	return theoretical, theoretical.Sub(now) - time.Duration(burst)*interval
}

// take asks for one request and returns how long it must wait. It is counted
// unless that is longer than limit.
func (b *bucket) take(now time.Time, interval time.Duration, burst int, limit time.Duration) time.Duration {
	theoretical, wait := b.after(now, interval, burst)
	if wait <= limit {
		b.theoretical = theoretical
	}
	return wait
}

// idle reports whether the bucket is as good as new.
func (b bucket) idle(now time.Time) bool { return !b.theoretical.After(now) }

// every is the interval of a rate in requests a second.
func every(rate float64) time.Duration { return time.Duration(float64(time.Second) / rate) }
