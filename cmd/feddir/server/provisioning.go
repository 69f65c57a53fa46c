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
	// writersAtOnce is how many requests of one key are worked on at the same
	// time on SQLite, where those that write share commits.
	writersAtOnce = 32
	waitingAtOnce = 256 // requests of one key that wait for their turn
)

// newLimiter gives no key more than half of the connections.
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

// admit gives a SCIM request its turn among those of its key.
func (s *Server) admit(ctx context.Context) (release func(), again time.Duration, err error) {
	v, _ := viewer.FromContext(ctx)
	return s.limiter.Wait(ctx, v.KeyID)
}

// record hands on the record of a SCIM request. One without a key of a
// directory belongs to nobody and leaves none.
func (s *Server) record(r *http.Request, rec *records.Record) {
	if v, ok := viewer.FromContext(r.Context()); ok && v.Kind == viewer.DirectoryKey && !trying(r) {
		s.recordOf(r, v, rec)
	}
}

// recordRefused leaves the record of a request that shows a key that works no
// longer, or shows it in the wrong way. Nobody can make us write very many.
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
