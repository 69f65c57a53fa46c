package auth

import (
	"context"
	"net/http"
	"strings"

	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
)

// Denied means that the credential is not valid here.
type Denied struct {
	// Reason is what is wrong with its text, as in [Surface]. It is empty where only
	// the database knows.
	Reason string
}

func (d *Denied) Error() string { return "auth: denied: " + d.Reason }

type recheckKey struct{}

// recheck finds the grant of a long request again.
type recheck func(ctx context.Context) (*grant, error)

// sameKey finds the grant of the key in a header.
func (a *Authenticator) sameKey(h http.Header, want key.Kind) recheck {
	shown := http.Header{"Authorization": h["Authorization"]}
	return func(ctx context.Context) (*grant, error) {
		g, _, err := a.authenticate((&http.Request{Header: shown}).WithContext(ctx), want)
		return g, err
	}
}

// withRecheck returns a context in which [Valid] can check the grant again.
func (a *Authenticator) withRecheck(ctx context.Context, find recheck) context.Context {
	return context.WithValue(ctx, recheckKey{}, recheck(func(ctx context.Context) (*grant, error) {
		g, err := find(ctx)
		if err == nil && !g.valid(a.cfg.Now()) {
			g = nil
		}
		return g, err
	}))
}

// Valid reports whether the key or session of the request of ctx is still valid,
// if the surface's Stream holds for that request. It queries the database at most
// once a second for each. The error means that the database does not answer.
func Valid(ctx context.Context) (bool, error) {
	check, ok := ctx.Value(recheckKey{}).(recheck)
	if !ok {
		return true, nil
	}
	g, err := check(ctx)
	return g != nil, err
}

// authenticatesLate reports whether a request may be authenticated after it was
// passed on: browsers cannot set the headers of a WebSocket.
func (s Surface) authenticatesLate(r *http.Request) bool {
	return s.Stream != nil && s.Stream(r) && isWebSocket(r) && len(r.Header["Authorization"]) == 0
}

func isWebSocket(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// admitUnauthenticated passes a WebSocket on without a viewer, unless the page
// that sent it has an origin that no key lists. The handler must call
// [Authenticator.AuthenticateLate].
func (a *Authenticator) admitUnauthenticated(next http.Handler, w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" && !sameOrigin(r, origin) && !a.listedByAnyKey(r.Context(), origin) {
		http.Error(w, "no key lists the origin of this page, so it may not connect", http.StatusForbidden)
		return
	}
	if ambiguous(r.URL) {
		http.NotFound(w, r)
		return
	}
	next.ServeHTTP(w, r)
}

// AuthenticateLate authenticates a request that was passed on without a viewer,
// by a token, "Bearer …", that it sent afterwards. It returns the context with
// the viewer of the API key. A request that has a viewer keeps it, unless that is
// one of a session and there is a token. It fails with
// [Denied], or with another error if the database does not answer.
func (a *Authenticator) AuthenticateLate(r *http.Request, token string) (context.Context, error) {
	ctx := r.Context()
	if v, known := viewer.FromContext(ctx); known && (v.Kind != viewer.Account || token == "") {
		return ctx, nil
	}
	shown := &http.Request{Header: http.Header{}}
	if token != "" {
		shown.Header["Authorization"] = []string{token}
	}
	g, _, err := a.authenticate(shown.WithContext(ctx), key.KindAPI)
	if err != nil {
		a.logLookup(ctx, err)
		return nil, err
	}
	if !g.valid(a.cfg.Now()) {
		return nil, &Denied{findFault(shown.Header, key.KindAPI)}
	}
	v := g.viewer
	v.Source = viewer.SourceAPI
	a.usage.record(v, a.cfg.Proxies.Client(r).String(), Agent(r))
	return a.withRecheck(viewer.NewContext(ctx, v), a.sameKey(shown.Header, key.KindAPI)), nil
}
