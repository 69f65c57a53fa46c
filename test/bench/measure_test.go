package bench_test

import (
	"cmp"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// side is one of the things that are compared.
type side struct {
	name    string
	address string
	clients int // connections at once
	next    scenario
}

// sample is what one side did in one round.
type sample struct {
	rate     float64       // answers per second
	cpu      time.Duration // of this process for one answer: server and client, not PostgreSQL
	p50, p99 time.Duration // from the request to the end of the answer
}

// work sends requests over keep-alive connections for so long, which are
// opened before the clock runs.
func work(t testing.TB, s side, d time.Duration) sample {
	t.Helper()
	connections := make([]*client, s.clients)
	for i := range connections {
		c, err := dial(s.address)
		check(t, err)
		defer c.conn.Close()
		_, err = c.do(s.next())
		check(t, err)
		connections[i] = c
	}
	took, failed := make([][]time.Duration, s.clients), make([]error, s.clients)
	var all sync.WaitGroup
	start, cpu := time.Now(), processTime()
	for i, c := range connections {
		all.Go(func() {
			for failed[i] == nil {
				from := time.Now()
				if from.Sub(start) >= d {
					return
				}
				_, failed[i] = c.do(s.next())
				took[i] = append(took[i], time.Since(from))
			}
		})
	}
	all.Wait()
	elapsed, used := time.Since(start), processTime()-cpu
	for _, err := range failed {
		check(t, err)
	}
	times := slices.Concat(took...)
	slices.Sort(times)
	n := len(times)
	return sample{float64(n) / elapsed.Seconds(), used / time.Duration(n), times[n/2], times[n*99/100]}
}

// processTime is the time that this process has used of all cores.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// sideBySide lets the sides work in turn, round by round, so that all meet the
// same disturbances. It returns the medians of each side's samples.
func sideBySide(t testing.TB, rounds int, d time.Duration, sides ...side) [][]sample {
	t.Helper()
	samples := make([][]sample, len(sides))
	for round := range rounds {
		for turn := range sides {
			i := (turn + round) % len(sides) // nobody always comes first
			samples[i] = append(samples[i], work(t, sides[i], d))
		}
	}
	return samples
}

func median[T cmp.Ordered](samples []sample, of func(sample) T) T {
	values := make([]T, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// ratio is the median over the rounds of how a stands to b.
func ratio(a, b []sample, of func(sample) float64) float64 {
	values := make([]float64, len(a))
	for i := range a {
		values[i] = of(a[i]) / of(b[i])
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func rate(s sample) float64 { return s.rate }
func cpu(s sample) float64  { return float64(s.cpu) }
