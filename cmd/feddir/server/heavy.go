package server

import (
	"cmp"
	"context"
	"runtime"
	"time"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/ratelimit"
)

const (
	heavyWaiting = 256             // waiting heavy reads of one key
	heavyWait    = 5 * time.Second // for a turn: half the time of a request
)

// newHeavyReads gives heavy reads half of the processors and at most a quarter of
// the connections. The rest is left for provisioning and light requests.
func newHeavyReads(cfg Config, db *entdb.DB) *ratelimit.Share {
	atOnce := max(1, min(runtime.GOMAXPROCS(0)/2, db.Conn().Stats().Readers.MaxOpenConnections/4))
	return ratelimit.NewShare(ratelimit.ShareConfig{
		Concurrent: cmp.Or(cfg.HeavyReads, atOnce), Queue: heavyWaiting, MaxWait: heavyWait,
	})
}

// heavyTurn waits for the turn of a heavy read of either API.
func (s *Server) heavyTurn(ctx context.Context) (release func(), err error) {
	v, _ := viewer.FromContext(ctx)
	return s.heavy.Wait(ctx, v.CompanyID, v.CallerID())
}

// heavyReads registers how many heavy reads run and wait.
func (m *metrics) heavyReads(s *ratelimit.Share) {
	m.gauge("feddir_heavy_reads_running", "Heavy reads that run: searches, filtered and long lists.",
		func() float64 { running, _ := s.Load(); return float64(running) })
	m.gauge("feddir_heavy_reads_waiting", "Heavy reads that wait for a turn.",
		func() float64 { _, waiting := s.Load(); return float64(waiting) })
}
