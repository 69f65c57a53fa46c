package sqlconn

import (
	"database/sql"
	"sync/atomic"
)

// GroupSizes are the upper bounds of the buckets of Stats.Groups.
var GroupSizes = [...]int{1, 2, 4, 8, 16, 32, 64}

// counters are the running totals behind Stats.
type counters struct {
	cacheHits, cacheMisses            atomic.Uint64
	conflict, busy, lost, unavailable atomic.Uint64
	exhausted                         atomic.Uint64
	unknown                           atomic.Uint64
	groups                            [len(GroupSizes)]atomic.Uint64
	grouped                           atomic.Uint64
}

// Stats is a snapshot of what a DB has done since it was opened.
type Stats struct {
	Readers, Writers sql.DBStats // the same pool on PostgreSQL

	Retries         map[Kind]uint64 // attempts repeated by Retry, by the kind of failure
	Exhausted       uint64          // calls of Retry that gave up
	UnknownOutcomes uint64          // commits with an unknown outcome

	CacheHits, CacheMisses uint64 // statements found in, or missing from, the statement caches

	// Groups counts SQLite's shared commits by the transactions in them: the
	// i-th those of at most GroupSizes[i] and more than the size before.
	Groups  [len(GroupSizes)]uint64
	Grouped uint64 // transactions in all of them
}

// Stats returns the current totals.
func (db *DB) Stats() Stats {
	c := &db.stats
	s := Stats{
		Readers: db.read.Stats(),
		Writers: db.write.Stats(),
		Retries: map[Kind]uint64{
			Conflict: c.conflict.Load(), Busy: c.busy.Load(),
			Lost: c.lost.Load(), Unavailable: c.unavailable.Load(),
		},
		Exhausted:       c.exhausted.Load(),
		UnknownOutcomes: c.unknown.Load(),
		CacheHits:       c.cacheHits.Load(),
		CacheMisses:     c.cacheMisses.Load(),
		Grouped:         c.grouped.Load(),
	}
	for i := range c.groups {
		s.Groups[i] = c.groups[i].Load()
	}
	return s
}

func (c *counters) retried(k Kind) {
	switch k {
	case Conflict:
		c.conflict.Add(1)
	case Busy:
		c.busy.Add(1)
	case Lost:
		c.lost.Add(1)
	case Unavailable:
		c.unavailable.Add(1)
	}
}

func (c *counters) group(size int) {
	c.grouped.Add(uint64(size))
	for i, limit := range GroupSizes {
		if size <= limit {
			c.groups[i].Add(1)
			return
		}
	}
}
