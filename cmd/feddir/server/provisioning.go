package server

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"entgo.io/ent/dialect"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/ratelimit"
	"github.com/feddir/feddir/internal/records"
	"github.com/feddir/feddir/scimadapter"
)

const (
	// writersAtOnce is how many requests of one key run at the same time on SQLite,
	// where writes share commits.
	writersAtOnce = 32
	waitingAtOnce = 256 // waiting requests of one key
)

// newLimiter returns a limiter that gives a key at most half of the connections.
func newLimiter(cfg Config, db *entdb.DB) *ratelimit.Limiter {
	atOnce := writersAtOnce
	if db.Dialect() == dialect.Postgres {
		atOnce = max(1, db.Conn().Stats().Readers.MaxOpenConnections/2)
	}
	return ratelimit.New(ratelimit.Config{
		Rate: float64(cmp.Or(cfg.Rate, ratelimit.DefaultRate)), Burst: cmp.Or(cfg.Burst, ratelimit.DefaultBurst),
		Concurrent: atOnce, Queue: waitingAtOnce,
	})
}

// admit waits for the turn of a SCIM request among those of its key.
func (s *Server) admit(ctx context.Context) (release func(), again time.Duration, err error) {
	v, _ := viewer.FromContext(ctx)
	return s.limiter.Wait(ctx, v.KeyID)
}

// record stores the record of a SCIM request. A request without a directory key
// has none, since it belongs to no directory.
func (s *Server) record(r *http.Request, rec *records.Record) {
	if v, ok := viewer.FromContext(r.Context()); ok && v.Kind == viewer.DirectoryKey && !isSelfTest(r) {
		s.recordOf(r, v, rec)
	}
}

// recordRefused stores the record of a request whose key is no longer valid, or
// whose header is malformed. The limiter bounds how many are stored.
func (s *Server) recordRefused(r *http.Request, v viewer.Viewer, wrong string) {
	if v.Kind == viewer.DirectoryKey && s.limiter.Allow(v.KeyID) {
		s.recordOf(r, v, scimadapter.RefusedKey(r.Method, wrong))
	}
}

func (s *Server) recordOf(r *http.Request, v viewer.Viewer, rec *records.Record) {
	s.records.Add(&records.Entry{
		Record: *rec, CompanyID: v.CompanyID, DirectoryID: v.DirectoryID, KeyID: v.KeyID,
		RequestID: viewer.RequestID(r.Context()),
		Address:   s.cfg.Proxies.Client(r).String(), Agent: r.UserAgent(),
	})
}
