package server

import (
	"context"
	"time"

	"github.com/feddir/feddir/ent/viewer"
)

// runAnalyze keeps the database's planner informed of tables that grow fast.
func (s *Server) runAnalyze(ctx context.Context) {
	ctx = viewer.WithSystem(ctx, viewer.Statistics)
	tick := time.NewTicker(analyzeInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		tables, err := s.db.Conn().Analyze(ctx)
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn().Err(err).Msg("cannot analyze growing tables; the next run tries again")
		}
		if len(tables) > 0 {
			s.cfg.Log.Debug().Strs("tables", tables).Msg("analyzed growing tables")
		}
	}
}
