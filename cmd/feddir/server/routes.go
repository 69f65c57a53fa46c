package server

import (
	"cmp"
	"context"
	"net/http"
	"net/http/pprof"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/feddir/feddir/console"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/auth"
	"github.com/feddir/feddir/internal/auth/oauth"
	"github.com/feddir/feddir/internal/signin"
	"github.com/feddir/feddir/scimadapter"
)

// requestTimeout bounds a request, and readingTimeout one that only reads. The
// SCIM adapter bounds its requests itself.
const (
	requestTimeout = 10 * time.Second
	readingTimeout = time.Minute
)

// Handler serves the APIs. Package auth wraps the router and denies by default: a
// path that is not in its table is 404.
func (s *Server) Handler() http.Handler {
	scim := scimadapter.New(s.resolver.Operations(), scimadapter.Config{
		BaseURL: s.cfg.BaseURL, Sealer: s.sealer, Admit: s.admit, HeavyTurn: s.heavyTurn, Record: s.record, ResponseCacheBytes: s.cfg.UserCache << 20,
	})
	mux := http.NewServeMux()
	mux.Handle(oauth.TokenPath, s.oauth)
	mux.HandleFunc(oauth.RevocationPath, s.oauth.Revoke)
	mux.HandleFunc(oauth.ResourcePath, s.oauth.ResourceMetadata)
	mux.HandleFunc(oauth.SCIMResourcePath, s.oauth.ResourceMetadata)
	mux.HandleFunc(oauth.ServerPath, s.oauth.ServerMetadata)
	mux.Handle(graphqlPath, s.resolver.Handler())
	mux.Handle("/console", console.App())
	mux.Handle("/console/", console.App())
	mux.Handle("/playground", console.Playground())
	mux.Handle("/playground/", console.Playground())
	for _, path := range slices.Concat(signin.Paths, signin.Trees) {
		mux.Handle(path, s.signin)
	}
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /{$}", http.RedirectHandler("/console/", http.StatusFound))

	return s.observe(s.auth.Wrap(auth.Routes{
		Surfaces: []auth.Surface{
			{Path: "/v2", Kind: key.KindDIRECTORY, Source: viewer.SourceSCIM, Metadata: s.cfg.BaseURL + oauth.SCIMResourcePath, Refuse: scimadapter.Refuse, Refused: s.recordRefused},
			{Path: graphqlPath, Kind: key.KindAPI, Source: viewer.SourceAPI, CrossOrigin: true, Stream: asksForStream, Refuse: refuseGraphQL},
		},
		Endpoints:   append([]string{oauth.TokenPath, oauth.RevocationPath}, signin.Paths...),
		Trees:       signin.Trees,
		Public:      []string{"/", "/livez", "/readyz", "/console", "/playground", oauth.ResourcePath, oauth.SCIMResourcePath, oauth.ServerPath},
		PublicTrees: []string{"/console/", "/playground/"},
	}, noteViewer(split(scim, limited(mux)))))
}

// split routes requests below /v2 to scim, except for the OAuth endpoints, and
// others to mux. A ServeMux would redirect paths such as /v2 and /v2//Users, which
// identity providers use.
func split(scim, mux http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		below := r.URL.Path == "/v2" || strings.HasPrefix(r.URL.Path, "/v2/")
		if below && r.URL.Path != oauth.TokenPath && r.URL.Path != oauth.RevocationPath {
			scim.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// ready answers whether the server is ready: it is not stopping, and the database
// can be written.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() || s.db.Conn().Ready(r.Context()) != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// limited bounds the time of requests, except for streams.
func limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asksForStream(r) {
			next.ServeHTTP(w, r)
			return
		}
		limit := requestTimeout
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			limit = readingTimeout
		}
		ctx, cancel := context.WithTimeout(r.Context(), limit)
		defer cancel()
		// The router sets the pattern of the inner request; the log reads it from r.
		inner := r.WithContext(ctx)
		defer func() { r.Pattern = inner.Pattern }()
		next.ServeHTTP(w, inner)
	})
}

// refuseGraphQL answers a GraphQL request that failed authentication.
func refuseGraphQL(w http.ResponseWriter, r *http.Request, status int, wrong string) {
	why := unauthenticated(wrong)
	switch status {
	case http.StatusServiceUnavailable:
		why = &apierror.Error{Code: apierror.Unavailable, Message: "the directory is busy; try again"}
	case http.StatusNotFound:
		why = &apierror.Error{Code: apierror.NotFound, Message: "there is nothing at this path"}
	}
	limits.Refuse(w, status, viewer.RequestID(r.Context()), why)
}

// unauthenticated says what is wrong with the text of a key, or that it is not
// valid.
func unauthenticated(wrong string) *apierror.Error {
	return &apierror.Error{Code: apierror.Unauthenticated, Message: cmp.Or(wrong, "the key is unknown, has expired or was revoked")}
}

// opsHandler serves metrics and profiles, on a listener of their own.
func (s *Server) opsHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}
