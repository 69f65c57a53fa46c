package jobs

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
)

// stopWithin is how long the last run of a job may take when the runner ends.
const stopWithin = 5 * time.Second

// Runner runs jobs, each at its own pace: one that is slow or fails holds up no
// other.
type Runner struct{ jobs []*running }

// running is a job with how it went.
type running struct {
	Job
	mu    sync.Mutex
	stats Stats
}

// New returns a runner of jobs. They do nothing before [Runner.Run].
func New(jobs ...Job) *Runner {
	r := &Runner{}
	for _, j := range jobs {
		r.jobs = append(r.jobs, &running{Job: j, stats: Stats{Name: j.Name}})
	}
	return r
}

// Run runs the jobs until ctx ends, and returns when the last of them has
// stopped. It logs to the logger of ctx.
func (r *Runner) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, j := range r.jobs {
		all.Go(func() { j.loop(ctx) })
	}
	all.Wait()
}

func (j *running) loop(ctx context.Context) {
	var tick <-chan time.Time
	if j.Every > 0 {
		ticker := time.NewTicker(j.Every)
		defer ticker.Stop()
		tick = ticker.C
	}
	if j.AtStart {
		j.run(ctx, false)
	}
	for {
		select {
		case <-ctx.Done():
			if j.AtStop {
				last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
				defer cancel()
				j.run(last, true)
			}
			return
		case <-tick:
		case <-j.Wake:
		}
		if ctx.Err() == nil { // both may have come
			j.run(ctx, false)
		}
	}
}

// run runs a job once. A run that the end of ctx interrupts did not fail, unless
// it is the last one.
func (j *running) run(ctx context.Context, last bool) {
	attempt := ctx
	if j.Timeout > 0 {
		var cancel func()
		attempt, cancel = context.WithTimeout(ctx, j.Timeout)
		defer cancel()
	}
	start := time.Now()
	done, err := j.guarded(attempt)
	took := time.Since(start)
	failed := err != nil && (last || ctx.Err() == nil)
	j.count(start, took, done, failed)
	if failed {
		zerolog.Ctx(ctx).Warn().Str("job", j.Name).Dur("took", took).Str("error", sqlconn.Detail(err)).Msg("background work failed; it is tried again")
	} else if done > 0 {
		zerolog.Ctx(ctx).Debug().Str("job", j.Name).Dur("took", took).Int("done", done).Msg("background work done")
	}
}

// guarded makes an error of a panic, so that one job's ends neither the others
// nor the server.
func (j *running) guarded(ctx context.Context) (done int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return j.Run(ctx)
}
