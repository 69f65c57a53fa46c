package simulate

import (
	"math"
	"time"
)

// Latencies are counted in buckets that grow by 4 %, from 20 µs on: memory does not grow with the requests, and the
// error of a quantile is at most 4 %.
const (
	firstBucket  = 20 * time.Microsecond
	bucketGrowth = 1.04
	bucketCount  = 450 // up to 15 minutes
)

// latency is a histogram of durations.
type latency struct {
	buckets [bucketCount]int
	count   int
	max     time.Duration
}

func (l *latency) add(d time.Duration) {
	i := 0
	if d > firstBucket {
		i = min(bucketCount-1, int(math.Ceil(math.Log(float64(d)/float64(firstBucket))/math.Log(bucketGrowth))))
	}
	l.buckets[i]++
	l.count++
	l.max = max(l.max, d)
}

func (l *latency) merge(other *latency) {
	for i, n := range other.buckets {
		l.buckets[i] += n
	}
	l.count += other.count
	l.max = max(l.max, other.max)
}

// quantile returns the duration that the share q of all durations does not exceed.
func (l *latency) quantile(q float64) time.Duration {
	rest := int(math.Ceil(q * float64(l.count)))
	for i, n := range l.buckets {
		if rest -= n; rest <= 0 {
			d := time.Duration(float64(firstBucket) * math.Pow(bucketGrowth, float64(i)))
			return min(d, l.max)
		}
	}
	return l.max
}
