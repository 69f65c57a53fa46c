package server

import (
	"context"
	"net/http"
	"sync"

	ent "github.com/feddir/feddir/ent/generated"
)

// endpoint is the SCIM endpoint as the installation itself tries it out:
// through everything that a request from outside goes through, but for the
// network and the request records.
type endpoint struct {
	server  *Server
	handler func() http.Handler
}

func newEndpoint(s *Server) *endpoint { return &endpoint{s, sync.OnceValue(s.Handler)} }

// Lend implements selftest.Endpoint.
func (e *endpoint) Lend(d *ent.Directory) (secret string, end func()) {
	lent, end := e.server.auth.IssueTemporary(d)
	return lent.Reveal(), end
}

type tryingKey struct{}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.handler().ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), tryingKey{}, true)))
}

// trying reports whether the installation itself sends a request.
func trying(r *http.Request) bool { return r.Context().Value(tryingKey{}) != nil }
