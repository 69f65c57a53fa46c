package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
)

// ErrDenied is the answer to a key that does not open what it is shown to.
var ErrDenied = errors.New("auth: denied")

type holdKey struct{}

// hold looks again at the key that a request was let through with.
type hold func(ctx context.Context) (*grant, error)

// holding returns a context from which [Holds] can look at the key again.
func (a *Authenticator) holding(ctx context.Context, h http.Header, want key.Kind) context.Context {
	shown := http.Header{"Authorization": h["Authorization"]}
	return context.WithValue(ctx, holdKey{}, hold(func(ctx context.Context) (*grant, error) {
		g, _, err := a.authenticate((&http.Request{Header: shown}).WithContext(ctx), want)
		if err == nil && !g.valid(a.cfg.Now()) {
			g = nil
		}
		return g, err
	}))
}

// Holds reports whether the key that the request of ctx showed still works:
// of a request to a surface for which Stream holds. It asks the database at
// most once a second for each key. The error says that nobody can tell now.
func Holds(ctx context.Context) (bool, error) {
	look, ok := ctx.Value(holdKey{}).(hold)
	if !ok {
		return true, nil
	}
	g, err := look(ctx)
	return g != nil, err
}

// later reports whether a request may show its key once it is let through.
// Browsers cannot set the headers of a WebSocket.
func (s Surface) later(r *http.Request) bool {
	return s.Stream != nil && s.Stream(r) && r.Method == http.MethodGet &&
		strings.EqualFold(r.Header.Get("Upgrade"), "websocket") && len(r.Header["Authorization"]) == 0
}

// admitLater lets a WebSocket through without a viewer, unless a page sent it
// that no key lists. Whoever serves it calls [Authenticator.Present].
func (a *Authenticator) admitLater(next http.Handler, w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" && !sameOrigin(r, origin) && !a.anyKeyLists(r.Context(), origin) {
		http.Error(w, "this page may not connect: no key lists its origin", http.StatusForbidden)
		return
	}
	if ambiguous(r.URL) {
		http.NotFound(w, r)
		return
	}
	next.ServeHTTP(w, r)
}

// Present authenticates a request by the token that it showed after it was let
// through, "Bearer …", and returns its context with the viewer of the API key.
// A request that has a viewer keeps it. It fails with [ErrDenied], or with
// another error when nobody can tell now.
func (a *Authenticator) Present(r *http.Request, token string) (context.Context, error) {
	ctx := r.Context()
	if _, known := viewer.FromContext(ctx); known {
		return ctx, nil
	}
	shown := &http.Request{Header: http.Header{"Authorization": {token}}}
	g, _, err := a.authenticate(shown.WithContext(ctx), key.KindAPI)
	if err != nil {
		return nil, err
	}
	if !g.valid(a.cfg.Now()) {
		return nil, ErrDenied
	}
	v := g.viewer
	v.Source = viewer.SourceAPI
	a.usage.record(v, a.cfg.Proxies.Client(r).String(), r.UserAgent())
	return a.holding(viewer.NewContext(ctx, v), shown.Header, key.KindAPI), nil
}
