package jobs

import (
	"context"
	"time"
)

// Job is one kind of background work.
type Job struct {
	Name  string        // in logs and metrics, such as "purge-deleted"
	Every time.Duration // from the beginning of a run to that of the next; 0 for when it is woken alone
	Wake  Signal        // makes it run at once; nil for never
	// AtStart lets it run when the runner begins, and AtStop once more when the
	// runner ends, for what has come in since its last run.
	AtStart, AtStop bool
	Timeout         time.Duration // of one run; none where it is 0
	// Run does the work and returns how much it was, in rows or whatever it
	// counts. It is never called twice at the same time by one runner, but
	// other replicas may do the same.
	Run func(ctx context.Context) (done int, err error)
}
