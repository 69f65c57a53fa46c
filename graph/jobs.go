package graph

import (
	"time"

	"github.com/feddir/feddir/internal/jobs"
)

const (
	followInterval = time.Second // of what follows changes: positions in the feed, and searches
	countInterval  = 24 * time.Hour
	pruneInterval  = 10 * time.Minute
)

// Jobs returns the background work of the operations. Several replicas may do
// it at the same time.
func (r *Resolver) Jobs() []jobs.Job {
	return append([]jobs.Job{
		{Name: "sequence-changes", Every: followInterval, Run: r.Fold},
		{Name: "index-people", Every: followInterval, Wake: r.follow, Run: r.FollowSearch},
		{Name: "prune-changes", Every: pruneInterval, Run: r.Sweep},
		{Name: "correct-counts", Every: countInterval, AtStart: true, Run: r.Recount},
	}, r.purger.Jobs()...)
}
