package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/feddir/feddir/internal/jobs"
)

// during runs jobs for a while of their own clock, and returns what was logged.
func during(t *testing.T, d time.Duration, runner *jobs.Runner) (log string) {
	t.Helper()
	var text bytes.Buffer
	ctx, stop := context.WithTimeout(zerolog.New(&text).WithContext(t.Context()), d)
	defer stop()
	runner.Run(ctx)
	return text.String()
}

func TestEachJobRunsAtItsOwnPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var often, once []time.Duration
		runner := jobs.New(
			jobs.Job{Name: "often", Every: time.Second, Run: func(context.Context) (int, error) {
				often = append(often, time.Since(start))
				return 2, nil
			}},
			jobs.Job{Name: "at-start", Every: time.Hour, AtStart: true, Run: func(context.Context) (int, error) {
				once = append(once, time.Since(start))
				return 0, nil
			}},
			jobs.Job{Name: "stuck", Every: time.Second, Run: func(ctx context.Context) (int, error) {
				<-ctx.Done()
				return 0, ctx.Err()
			}},
		)
		log := during(t, 3500*time.Millisecond, runner)
		if want := []time.Duration{time.Second, 2 * time.Second, 3 * time.Second}; !slices.Equal(often, want) {
			t.Errorf("ran at %v, want %v", often, want)
		}
		if want := []time.Duration{0}; !slices.Equal(once, want) {
			t.Errorf("ran at %v, want %v", once, want)
		}
		s := runner.Stats()
		if s[0].Name != "often" || s[0].Runs != 3 || s[0].Done != 6 || s[0].Failures != 0 || !s[0].Last.Equal(start.Add(3*time.Second)) {
			t.Errorf("%+v", s[0])
		}
		if s[2].Runs != 1 || s[2].Failures != 0 || s[2].Took != 2500*time.Millisecond {
			t.Errorf("interrupted: %+v", s[2])
		}
		if strings.Contains(log, `"level":"warn"`) {
			t.Errorf("logged %s", log)
		}
	})
}

func TestFailuresAreCountedLoggedAndTriedAgain(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(ctx context.Context) (int, error){
		"an error": func(context.Context) (int, error) { return 0, errors.New("the disk is full") },
		"a panic":  func(context.Context) (int, error) { panic("the disk is full") },
		"too slow": func(ctx context.Context) (int, error) {
			<-ctx.Done()
			return 0, errors.New("the disk is full")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				others := 0
				runner := jobs.New(
					jobs.Job{Name: "sweep", Every: time.Minute, Timeout: time.Second, Run: fail},
					jobs.Job{Name: "other", Every: time.Minute, Run: func(context.Context) (int, error) { others++; return 0, nil }},
				)
				log := during(t, 2*time.Minute+30*time.Second, runner)
				if s := runner.Stats()[0]; s.Runs != 2 || s.Failures != 2 {
					t.Errorf("%+v", s)
				}
				if n := strings.Count(log, "\n"); n != 2 || !strings.Contains(log, `"job":"sweep"`) || !strings.Contains(log, "the disk is full") {
					t.Errorf("%d lines: %s", n, log)
				}
				if others != 2 {
					t.Errorf("the other ran %d times", others)
				}
			})
		})
	}
}

// A signal that is given while the job runs makes it run again: what it told of
// may have come too late for that run.
func TestWoken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start, wake := time.Now(), jobs.NewSignal()
		var ran []time.Duration
		runner := jobs.New(jobs.Job{Name: "purge", Wake: wake, Run: func(context.Context) (int, error) {
			ran = append(ran, time.Since(start))
			if len(ran) == 1 {
				wake.Notify()
				wake.Notify()
				time.Sleep(time.Second)
			}
			return 1, nil
		}})
		go func() {
			time.Sleep(time.Minute)
			wake.Notify()
		}()
		during(t, time.Hour, runner)
		if want := []time.Duration{time.Minute, time.Minute + time.Second}; !slices.Equal(ran, want) {
			t.Errorf("ran at %v, want %v", ran, want)
		}
	})
}

// What came in since the last run is written when the runner ends, but not for
// ever.
func TestStopsInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start, alive := time.Now(), 0
		runner := jobs.New(
			jobs.Job{Name: "flush", Every: time.Hour, AtStop: true, Run: func(ctx context.Context) (int, error) {
				if ctx.Err() == nil {
					alive++
				}
				return 0, nil
			}},
			jobs.Job{Name: "stuck", Every: time.Hour, AtStop: true, Run: func(ctx context.Context) (int, error) {
				<-ctx.Done()
				return 0, ctx.Err()
			}},
		)
		log := during(t, time.Minute, runner)
		if alive != 1 {
			t.Errorf("ran %d times", alive)
		}
		if took := time.Since(start); took != time.Minute+5*time.Second {
			t.Errorf("stopped after %v", took)
		}
		if !strings.Contains(log, `"job":"stuck"`) {
			t.Errorf("logged %q", log)
		}
	})
}
