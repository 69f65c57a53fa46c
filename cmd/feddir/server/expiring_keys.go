package server

import "context"

// warnOfExpiringKeys logs a warning for each key that expires soon.
func (s *Server) warnOfExpiringKeys(ctx context.Context) (int, error) {
	keys, err := s.resolver.ExpiringKeys(ctx)
	for _, k := range keys {
		entry := s.cfg.Log.Warn().Stringer("company_id", k.CompanyID).Stringer("key_id", k.ID).Str("key", k.Name).Time("expires_at", *k.ExpiresAt)
		if k.DirectoryID != nil {
			entry = entry.Stringer("directory_id", *k.DirectoryID)
		}
		entry.Msg("a key expires soon; rotate it")
	}
	return len(keys), err
}
