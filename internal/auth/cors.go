package auth

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
)

const (
	// originsTTL is how long the origins of all keys are cached. The first
	// preflight of a new origin may be refused for so long.
	originsTTL = 5 * time.Second
	// maxOriginKeys bounds the keys whose origins are cached; the newest count.
	maxOriginKeys = 10_000
	// preflightMaxAge is how long browsers may cache a preflight, in seconds.
	preflightMaxAge = "600"

	allowedHeaders = "Authorization, Content-Type, Idempotency-Key, X-Request-Id"
	exposedHeaders = "Retry-After, X-Request-Id"
)

// origins caches the web origins that keys list. A preflight has no key (Fetch
// standard, "CORS-preflight fetch"), so it is answered for the origins of all
// keys; the answer says only which headers may be sent. The request itself is
// answered for the origins of its own key alone. Origins are looked up all
// together, not one by one in a cache, so that no list of invented origins makes
// a request query the database or pushes out those that are in use.
type origins struct {
	latest atomic.Pointer[originList] // nil before the first look-up
	loads  singleflight.Group
}

// originList is the outcome of a look-up. It counts until a time.
type originList struct {
	known map[string]bool
	until time.Time
}

func (l *originList) has(origin string) bool { return l != nil && l.known[origin] }

// listedByAnyKey reports whether any key that was not revoked lists origin. All
// requests together query the database once in originsTTL, whatever they send.
// While the database does not answer, the previous origins count. No lock is held
// during the query, and a request whose context ends does not wait for it.
func (a *Authenticator) listedByAnyKey(ctx context.Context, origin string) bool {
	latest := a.origins.latest.Load()
	if latest != nil && a.cfg.Now().Before(latest.until) {
		return latest.has(origin)
	}
	found := a.origins.loads.DoChan("", func() (any, error) { return a.refreshOrigins(ctx), nil })
	select {
	case r := <-found:
		return r.Val.(*originList).has(origin)
	case <-ctx.Done():
		return latest.has(origin)
	}
}

// refreshOrigins loads the origins unless another request has just done so.
func (a *Authenticator) refreshOrigins(ctx context.Context) *originList {
	now, latest := a.cfg.Now(), a.origins.latest.Load()
	if latest != nil && now.Before(latest.until) {
		return latest
	}
	next := &originList{until: now.Add(originsTTL)}
	if known, err := a.loadOrigins(ctx); err == nil {
		next.known = known
	} else if latest != nil {
		next.known = latest.known
	}
	a.origins.latest.Store(next)
	return next
}

func (a *Authenticator) loadOrigins(ctx context.Context) (map[string]bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookupTimeout)
	defer cancel()
	ctx = viewer.WithSystem(ctx, viewer.KeyLookup)
	keys, err := a.db.Client(ctx).Key.Query().
		Where(key.OriginsNotNil(), key.RevokedAtIsNil()).
		Select(key.FieldOrigins).Order(ent.Desc(key.FieldID)).Limit(maxOriginKeys).All(ctx)
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool)
	for _, k := range keys {
		for _, o := range k.Origins {
			known[o] = true
		}
	}
	return known, nil
}

// admitCrossOrigin is admit for a surface that pages of other origins may use.
// It also answers preflights.
func (a *Authenticator) admitCrossOrigin(s Surface, next http.Handler, w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Origin")
	if isPreflight(r) {
		a.preflight(w, r)
		return
	}
	refuse := s.Refuse
	s.Refuse = func(w http.ResponseWriter, r *http.Request, status int, reason string) {
		a.allowRefusalOrigin(w.Header(), r)
		refuse(w, r, status, reason)
	}
	a.admit(s, next, w, r)
}

// isPreflight reports whether a request is a CORS preflight (Fetch standard).
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

func (a *Authenticator) preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Add("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers")
	if origin := r.Header.Get("Origin"); a.listedByAnyKey(r.Context(), origin) {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", allowedHeaders)
		h.Set("Access-Control-Max-Age", preflightMaxAge)
	}
	w.WriteHeader(http.StatusNoContent)
}

// allowOrigin lets the page that sent r read the answer, if its origin is listed.
func allowOrigin(h http.Header, r *http.Request, listed []string) {
	if origin := r.Header.Get("Origin"); slices.Contains(listed, origin) {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Expose-Headers", exposedHeaders)
	}
}

// allowRefusalOrigin lets a page read that its key was refused, if any key lists
// the page's origin. Otherwise the browser would only say that something failed.
func (a *Authenticator) allowRefusalOrigin(h http.Header, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" && a.listedByAnyKey(r.Context(), origin) {
		allowOrigin(h, r, []string{origin})
	}
}
