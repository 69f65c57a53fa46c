package sqlconn

import (
	"database/sql"
	"sync/atomic"
)

// counters are the running totals behind Stats.
type counters struct {
	cacheHits, cacheMisses            atomic.Uint64
	conflict, busy, lost, unavailable atomic.Uint64
	exhausted                         atomic.Uint64
	unknown                           atomic.Uint64
	commits, grouped                  atomic.Uint64 // SQLite's shared commits, and the transactions in them
}

// Stats is a snapshot of what a DB has done since it was opened.
type Stats struct {
	Readers sql.DBStats // and writers on PostgreSQL

	Retries         map[Kind]uint64 // attempts repeated by Retry, by the kind of failure
	Exhausted       uint64          // calls of Retry that gave up
	UnknownOutcomes uint64          // commits with an unknown outcome

	CacheHits, CacheMisses uint64 // statements found in, or missing from, the statement caches

	Grouped uint64 // transactions in SQLite's shared commits
}

// Stats returns the current totals.
func (db *DB) Stats() Stats {
	c := &db.stats
	return Stats{
		Readers: db.read.Stats(),
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
