package ratelimit

import "time"

// bucket is the state of a rate in the generic cell rate algorithm (GCRA): the
// theoretical arrival time, at which all that was spent so far would have arrived
// at the rate. What is spent is counted in the time that it takes at the rate.
type bucket struct{ theoretical time.Time }

// after returns the theoretical arrival time after spending cost, and how long
// that must wait so that no more than burst is spent at once.
func (b bucket) after(now time.Time, cost, burst time.Duration) (theoretical time.Time, wait time.Duration) {
	theoretical = b.theoretical
	if theoretical.Before(now) {
		theoretical = now
	}
	theoretical = theoretical.Add(cost)
	return theoretical, theoretical.Sub(now) - burst
}

// take returns how long spending cost must wait. It spends it unless that is
// longer than limit.
func (b *bucket) take(now time.Time, cost, burst, limit time.Duration) time.Duration {
	theoretical, wait := b.after(now, cost, burst)
	if wait <= limit {
		b.theoretical = theoretical
	}
	return wait
}

// idle reports whether the bucket equals a new one.
func (b bucket) idle(now time.Time) bool { return !b.theoretical.After(now) }

// every is the interval of a rate in requests a second.
func every(rate float64) time.Duration { return time.Duration(float64(time.Second) / rate) }
