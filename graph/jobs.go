package graph

import (
	"slices"
	"time"

	"github.com/feddir/feddir/internal/jobs"
)

const countInterval = 24 * time.Hour

// Jobs returns the background work of the operations. Several replicas may do
// it at the same time.
func (r *Resolver) Jobs() []jobs.Job {
	own := []jobs.Job{
		{Name: "correct-counts", Every: countInterval, AtStart: true, Run: r.Recount},
		{Name: "rekey-names", Every: countInterval, AtStart: true, Run: r.RekeyNames},
	}
	return slices.Concat(r.feed.Jobs(), r.index.Jobs(), r.purger.Jobs(), own)
}
