package server

import (
	"context"
	"net/http"
	"sync"

	ent "github.com/feddir/feddir/ent/generated"
)

// endpoint is the SCIM endpoint for the connection self-test: with everything that
// a request from outside passes, except for the network and the request records.
type endpoint struct {
	server  *Server
	handler func() http.Handler
}

func newEndpoint(s *Server) *endpoint { return &endpoint{s, sync.OnceValue(s.Handler)} }

// IssueTemporary implements selftest.Endpoint.
func (e *endpoint) IssueTemporary(d *ent.Directory) (secret string, end func()) {
	temporary, end := e.server.auth.IssueTemporary(d)
	return temporary.Reveal(), end
}

type selfTestKey struct{}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.handler().ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), selfTestKey{}, true)))
}

// isSelfTest reports whether the self-test sends a request.
func isSelfTest(r *http.Request) bool { return r.Context().Value(selfTestKey{}) != nil }
