package server

import (
	"context"
	"errors"
	"net/http"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/stream"
	"github.com/feddir/feddir/internal/auth"
)

// graphqlPath is the path of GraphQL and its streams.
const graphqlPath = "/graphql"

// asksForStream reports whether a request opens a stream, which lasts as long as
// its client listens. Package stream bounds its time.
func asksForStream(r *http.Request) bool { return r.URL.Path == graphqlPath && stream.IsStream(r) }

func (s *Server) streams() stream.Config {
	return stream.Config{
		Authenticate: func(r *http.Request, token string) (context.Context, error) {
			ctx, err := s.auth.AuthenticateLate(r, token)
			if e, ok := r.Context().Value(entryKey{}).(*entry); ok && err == nil {
				e.viewer, _ = viewer.FromContext(ctx) // for the log
			}
			if denied, ok := errors.AsType[*auth.Denied](err); ok {
				err = unauthenticated(denied.Reason)
			}
			return ctx, err
		},
		Valid: auth.Valid,
		Allows: func(ctx context.Context, r *http.Request) bool {
			v, known := viewer.FromContext(ctx)
			return known && auth.AllowsOrigin(r, v)
		},
	}
}

// shutdown ends all streams, which would not end by themselves, and waits for
// requests in flight.
func (s *Server) shutdown(ctx context.Context, api *http.Server) error {
	ended := make(chan error, 1)
	go func() { ended <- s.resolver.Streams().Stop(ctx) }()
	return errors.Join(api.Shutdown(ctx), <-ended)
}
