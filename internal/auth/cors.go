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
	// originsFor is how long the origins of all keys are remembered: that long
	// a new one may wait for its first preflight.
	originsFor = 5 * time.Second
	// maxOriginKeys bounds the keys whose origins are remembered, the newest.
	maxOriginKeys = 10_000
	// preflightFor is how long browsers may remember a preflight, in seconds.
	preflightFor = "600"

	allowedHeaders = "Authorization, Content-Type, Idempotency-Key, X-Request-Id"
	exposedHeaders = "Retry-After, X-Request-Id"
)

// origins remembers the web origins that keys list. A preflight shows no key
// (Fetch standard, "CORS-preflight fetch"), so it is answered for the origins
// of all keys; it tells nothing but which headers may be sent. The request
// itself is answered for the origins of its own key alone.
type origins struct {
	latest  atomic.Pointer[originList] // nil before the first look-up
	lookUps singleflight.Group
}

// originList is what a look-up found, good until its time.
type originList struct {
	known map[string]bool
	until time.Time
}

func (l *originList) has(origin string) bool { return l != nil && l.known[origin] }

// anyKeyLists reports whether a key that may work lists origin. All requests
// together ask the database once in originsFor, whatever they send; while it
// does not answer, what was known before counts. Nobody holds a lock meanwhile,
// and who goes away waits no longer.
func (a *Authenticator) anyKeyLists(ctx context.Context, origin string) bool {
	latest := a.origins.latest.Load()
	if latest != nil && a.cfg.Now().Before(latest.until) {
		return latest.has(origin)
	}
	found := a.origins.lookUps.DoChan("", func() (any, error) { return a.lookUpOrigins(ctx), nil })
	select {
	case r := <-found:
		return r.Val.(*originList).has(origin)
	case <-ctx.Done():
		return latest.has(origin)
	}
}

// lookUpOrigins asks the database unless another has just done so.
func (a *Authenticator) lookUpOrigins(ctx context.Context) *originList {
	now, latest := a.cfg.Now(), a.origins.latest.Load()
	if latest != nil && now.Before(latest.until) {
		return latest
	}
	next := &originList{until: now.Add(originsFor)}
	if known, err := a.listedOrigins(ctx); err == nil {
		next.known = known
	} else if latest != nil {
		next.known = latest.known
	}
	a.origins.latest.Store(next)
	return next
}

func (a *Authenticator) listedOrigins(ctx context.Context) (map[string]bool, error) {
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

// admitShared is admit for a surface that pages of other origins may use.
func (a *Authenticator) admitShared(s Surface, next http.Handler, w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Origin")
	if isPreflight(r) {
		a.preflight(w, r)
		return
	}
	refuse := s.Refuse
	s.Refuse = func(w http.ResponseWriter, r *http.Request, status int, wrong string) {
		a.shareRefusal(w.Header(), r)
		refuse(w, r, status, wrong)
	}
	a.admit(s, next, w, r)
}

// isPreflight tells a question whether a request may be sent (Fetch standard)
// from a request.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

func (a *Authenticator) preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Add("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers")
	if origin := r.Header.Get("Origin"); a.anyKeyLists(r.Context(), origin) {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", allowedHeaders)
		h.Set("Access-Control-Max-Age", preflightFor)
	}
	w.WriteHeader(http.StatusNoContent)
}

// share lets the page that sent r read its answer, if the key lists its origin.
func share(h http.Header, r *http.Request, listed []string) {
	if origin := r.Header.Get("Origin"); slices.Contains(listed, origin) {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Expose-Headers", exposedHeaders)
	}
}

// shareRefusal lets a page that some key lists read that its own key was
// refused: without this its browser would only say that something failed.
func (a *Authenticator) shareRefusal(h http.Header, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" && a.anyKeyLists(r.Context(), origin) {
		share(h, r, []string{origin})
	}
}
