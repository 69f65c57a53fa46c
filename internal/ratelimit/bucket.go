package ratelimit

import "time"

// bucket is a rate as the generic cell rate algorithm keeps it: in one time,
// at which all that was taken so far would have come had it come evenly.
type bucket struct{ even time.Time }

// take asks for one request and returns how long it must wait. It is counted
// unless that is longer than limit.
func (b *bucket) take(now time.Time, rate float64, burst int, limit time.Duration) time.Duration {
	interval := time.Duration(float64(time.Second) / rate)
	even := b.even
	if even.Before(now) {
		even = now
	}
	even = even.Add(interval)
	wait := even.Sub(now) - time.Duration(burst)*interval
	if wait <= limit {
		b.even = even
	}
	return wait
}

// idle reports whether the bucket is as good as new.
func (b *bucket) idle(now time.Time) bool { return !b.even.After(now) }
