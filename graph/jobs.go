package graph

import (
	"time"

	"github.com/feddir/feddir/internal/jobs"
)

const (
	followInterval = time.Second // of what follows changes: positions in the feed, and searches
	purgeInterval  = 10 * time.Minute
	countInterval  = 24 * time.Hour
)

// Jobs returns the background work of the operations. Several replicas may do
// it at the same time.
func (r *Resolver) Jobs() []jobs.Job {
	return []jobs.Job{
		{Name: "sequence-changes", Every: followInterval, Run: r.Fold},
		{Name: "index-people", Every: followInterval, Wake: r.follow, Run: r.FollowSearch},
		{Name: "purge-deleted", Every: purgeInterval, Wake: r.closed, AtStart: true, Run: r.Erase},
		{Name: "purge-expired", Every: purgeInterval, Run: r.Sweep},
		{Name: "correct-counts", Every: countInterval, AtStart: true, Run: r.Recount},
	}
}
