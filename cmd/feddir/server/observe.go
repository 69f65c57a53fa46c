package server

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/records"
)

// requestID is the pattern of a client's X-Request-Id that is accepted.
var requestID = regexp.MustCompile(`^[A-Za-z0-9-]{8,64}$`)

// entry is the part of a request's log line that inner handlers set.
type entry struct {
	viewer viewer.Viewer
	route  string
}

type entryKey struct{}

// observe gives every request an id, measures it and logs one line. Paths, headers
// and bodies are not logged: they may have names and secrets.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		id := r.Header.Get("X-Request-Id")
		if !requestID.MatchString(id) {
			id = rand.Text()
		}
		w.Header().Set("X-Request-Id", id)
		e := &entry{route: "none"}
		ctx, statements := sqlconn.CountStatements(r.Context())
		ctx = context.WithValue(viewer.WithRequestID(ctx, id), entryKey{}, e)
		ctx = s.cfg.Log.WithContext(ctx)
		answer := &recorder{ResponseWriter: w, status: http.StatusOK}
		s.metrics.inFlight.Inc()
		defer func() {
			s.metrics.inFlight.Dec()
			if p := recover(); p != nil {
				s.answerPanic(answer, id, p)
			}
			took := time.Since(start)
			s.metrics.observe(r.Method, e.route, answer.status, took, statements.N())
			s.logRequest(r, id, e, answer, took, statements.N())
		}()
		next.ServeHTTP(answer, r.WithContext(ctx))
	})
}

func (s *Server) answerPanic(answer *recorder, id string, p any) {
	if p == http.ErrAbortHandler {
		panic(p)
	}
	s.cfg.Log.Error().Str("request_id", id).Interface("panic", p).Bytes("stack", debug.Stack()).Msg("a handler panicked")
	if !answer.wrote {
		answer.WriteHeader(http.StatusInternalServerError)
	}
}

func (s *Server) logRequest(r *http.Request, id string, e *entry, answer *recorder, took time.Duration, statements int) {
	level := zerolog.InfoLevel
	switch {
	case answer.status >= 500 && answer.status != http.StatusNotImplemented: // 501 is the client's mistake
		level = zerolog.ErrorLevel
	case e.route == "GET /livez", e.route == "GET /readyz":
		level = zerolog.DebugLevel
	}
	line := s.cfg.Log.WithLevel(level).
		Str("request_id", id).Str("method", records.Method(r.Method)).Str("route", e.route).
		Int("status", answer.status).Dur("dur_ms", took).Int("statements", statements).Int64("bytes", answer.bytes)
	for name, owner := range map[string]uuid.UUID{
		"company_id": e.viewer.CompanyID, "directory_id": e.viewer.DirectoryID, "key_id": e.viewer.KeyID, "account_id": e.viewer.AccountID,
	} {
		if owner != uuid.Nil {
			line.Stringer(name, owner)
		}
	}
	line.Msg("request")
}

// noteViewer sets the viewer and the route of a request's log line.
func noteViewer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e, ok := r.Context().Value(entryKey{}).(*entry)
		if ok {
			e.viewer, _ = viewer.FromContext(r.Context())
			defer func() {
				if e.route = cmp.Or(r.Pattern, e.route); asksForStream(r) {
					e.route += " stream" // its duration is that of the connection
				}
			}()
		}
		next.ServeHTTP(w, r)
	})
}

// recorder records the status and size of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
	wrote  bool
}

func (w *recorder) WriteHeader(status int) {
	if !w.wrote && (status >= 200 || status == http.StatusSwitchingProtocols) {
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(p []byte) (int, error) {
	w.wrote = true
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController find the writer below.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
