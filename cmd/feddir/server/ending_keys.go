package server

import (
	"context"
	"time"

	"github.com/feddir/feddir/graph"
)

const warnInterval = 24 * time.Hour

// runWarnings tells the operator every day which keys end soon.
func (s *Server) runWarnings(ctx context.Context) {
	tick := time.NewTicker(warnInterval)
	defer tick.Stop()
	for {
		s.warnOfEndingKeys(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *Server) warnOfEndingKeys(ctx context.Context) {
	keys, err := s.resolver.EndingKeys(ctx, graph.EndsSoon)
	if err != nil && ctx.Err() == nil {
		s.cfg.Log.Warn().Err(err).Msg("cannot list expiring keys; the next attempt is tomorrow")
	}
	for _, k := range keys {
		entry := s.cfg.Log.Warn().Stringer("company_id", k.CompanyID).Stringer("key_id", k.ID).Str("key", k.Name).Time("expires_at", *k.ExpiresAt)
		if k.DirectoryID != nil {
			entry = entry.Stringer("directory_id", *k.DirectoryID)
		}
		entry.Msg("a key expires soon; rotate it")
	}
}
