package jobs

import "time"

// Stats are how the runs of a job went.
type Stats struct {
	Name           string
	Runs, Failures int64
	Done           int64         // of all runs, in what the job counts
	Last           time.Time     // when the last run began; zero where there was none
	Took           time.Duration // that run
}

// Stats returns how the jobs went so far, in the order of the table.
func (r *Runner) Stats() []Stats {
	all := make([]Stats, len(r.jobs))
	for i, j := range r.jobs {
		j.mu.Lock()
		all[i] = j.stats
		j.mu.Unlock()
	}
	return all
}

func (j *running) count(start time.Time, took time.Duration, done int, failed bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.stats.Runs++
	j.stats.Done += int64(done)
	j.stats.Last, j.stats.Took = start, took
	if failed {
		j.stats.Failures++
	}
}
