package ratelimit

import "time"

// bucket is the state of a rate in the generic cell rate algorithm (GCRA): the
// theoretical arrival time, at which all requests so far would have arrived at the
// rate. golang.org/x/time/rate has a mutex and floating point for each caller, and
// has to make and cancel reservations to look.
type bucket struct{ theoretical time.Time }

// after returns the theoretical arrival time after one more request, and how long
// that request must wait.
func (b bucket) after(now time.Time, interval time.Duration, burst int) (theoretical time.Time, wait time.Duration) {
	theoretical = b.theoretical
	if theoretical.Before(now) {
		theoretical = now
	}
	theoretical = theoretical.Add(interval)
	return theoretical, theoretical.Sub(now) - time.Duration(burst)*interval
}

// take returns how long one more request must wait. It counts the request unless
// that is longer than limit.
func (b *bucket) take(now time.Time, interval time.Duration, burst int, limit time.Duration) time.Duration {
	theoretical, wait := b.after(now, interval, burst)
	if wait <= limit {
		b.theoretical = theoretical
	}
	return wait
}

// idle reports whether the bucket equals a new one.
func (b bucket) idle(now time.Time) bool { return !b.theoretical.After(now) }

// every is the interval of a rate in requests a second.
func every(rate float64) time.Duration { return time.Duration(float64(time.Second) / rate) }
