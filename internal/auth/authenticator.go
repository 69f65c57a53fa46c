package auth

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"
	"golang.org/x/sync/singleflight"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/jobs"
)

const (
	lookupTimeout = 5 * time.Second
	minPepper     = 16
)

// Config is how requests are authenticated.
type Config struct {
	// Pepper keys the digests; see [CheckPepper]. Changing it makes every key useless.
	Pepper  []byte
	Proxies Proxies          // the proxies whose X-Forwarded-For is trusted
	Log     zerolog.Logger   // for failed look-ups; the zero Logger is silent
	Now     func() time.Time // time.Now where it is nil
	// UsageEvery is how often the use of keys is written; 5 s where it is 0.
	UsageEvery time.Duration
}

// CheckPepper fails if a pepper is too short. Without a pepper the digests are
// plain SHA-256.
func CheckPepper(pepper []byte) error {
	if n := len(pepper); n > 0 && n < minPepper {
		return fmt.Errorf("the pepper has %d bytes; give it at least %d random ones, or none", n, minPepper)
	}
	return nil
}

// Authenticator authenticates requests. Safe for concurrent use.
type Authenticator struct {
	db        *entdb.DB
	cfg       Config
	cache     *cache
	loads     singleflight.Group
	usage     *usage
	temporary sync.Map // of *grant, by digest; see IssueTemporary

	origins origins
}

// New returns an Authenticator on db.
func New(db *entdb.DB, cfg Config) (*Authenticator, error) {
	if err := CheckPepper(cfg.Pepper); err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.UsageEvery = cmp.Or(cfg.UsageEvery, 5*time.Second)
	return &Authenticator{db: db, cfg: cfg, cache: newCache(), usage: newUsage(db, cfg)}, nil
}

// Jobs returns the background work, which writes when keys were last used.
func (a *Authenticator) Jobs() []jobs.Job {
	return []jobs.Job{{Name: "write-key-usage", Every: a.cfg.UsageEvery, AtStop: true, Timeout: usageTimeout, Run: a.usage.flush}}
}

// Forget removes keys from the cache: the key with this id, or all keys of the
// OAuth client, directory or company with this id.
func (a *Authenticator) Forget(id uuid.UUID) { a.cache.forget(id) }

// Wrap returns a handler that passes only the requests that routes allow to
// next. The context of a request that needs a key has the viewer of that key.
func (a *Authenticator) Wrap(routes Routes, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		surface, demanded := routes.surface(r.URL.Path)
		switch {
		case routes.endpoint(r.URL):
			next.ServeHTTP(w, r)
		case demanded && surface.hasSession(r):
			a.admitSession(surface, next, w, r)
		case demanded && surface.authenticatesLate(r):
			a.admitUnauthenticated(next, w, r)
		case demanded && surface.CrossOrigin:
			a.admitCrossOrigin(surface, next, w, r)
		case demanded:
			a.admit(surface, next, w, r)
		case routes.public(r):
			next.ServeHTTP(w, r)
		default:
			http.NotFound(w, r)
		}
	})
}

func (a *Authenticator) admit(s Surface, next http.Handler, w http.ResponseWriter, r *http.Request) {
	g, sent, err := a.authenticate(r, s.Kind)
	if err != nil {
		a.logLookup(r.Context(), err)
		w.Header().Set("Retry-After", "2")
		s.Refuse(w, r, http.StatusServiceUnavailable, "")
		return
	}
	if !g.valid(a.cfg.Now()) {
		if g != nil && !g.token && !g.temporary {
			a.usage.recordRefused(g.viewer, a.cfg.Proxies.Client(r).String(), Agent(r))
		}
		reason := findFault(r.Header, s.Kind)
		a.reportRefused(s, r, g, reason)
		challenge(w.Header(), sent, s.Metadata)
		s.Refuse(w, r, http.StatusUnauthorized, reason)
		return
	}
	if s.CrossOrigin {
		allowOrigin(w.Header(), r, g.viewer.Origins)
	}
	a.pass(s, g, a.sameKey(r.Header, s.Kind), next, w, r)
}

// pass passes a request on for the viewer of a grant. check finds the grant again.
func (a *Authenticator) pass(s Surface, g *grant, check recheck, next http.Handler, w http.ResponseWriter, r *http.Request) {
	if ambiguous(r.URL) {
		s.Refuse(w, r, http.StatusNotFound, "")
		return
	}
	v, address := g.viewer, a.cfg.Proxies.Client(r).String()
	v.Source = s.Source
	if v.Kind == viewer.Account {
		v.Address = address
	}
	if !g.token && !g.temporary && a.cfg.Now().Sub(g.used) >= sessionUseEvery {
		a.usage.record(v, address, Agent(r))
	}
	ctx := viewer.NewContext(r.Context(), v)
	if s.Stream != nil && s.Stream(r) {
		ctx = a.withRecheck(ctx, check)
	}
	next.ServeHTTP(w, r.WithContext(ctx))
}

// logLookup logs why a key could not be looked up, unless its client has left.
func (a *Authenticator) logLookup(ctx context.Context, err error) {
	if ctx.Err() == nil {
		a.cfg.Log.Error().Str("error", sqlconn.Detail(err)).Msg("cannot look up a key")
	}
}

// reportRefused calls the surface's Refused if the key of a refused request is
// known. The answer does not depend on it.
func (a *Authenticator) reportRefused(s Surface, r *http.Request, g *grant, reason string) {
	if s.Refused == nil {
		return
	}
	if g == nil && reason != "" {
		g = a.findMisplaced(r.Context(), r.Header)
	}
	if g != nil {
		s.Refused(r, g.viewer, reason)
	}
}

// authenticate returns the grant of the key in a request, which may have expired
// or been revoked, or nil if there is no such key of this kind. sent reports
// whether the request has a bearer token. The error means that the database does
// not answer.
func (a *Authenticator) authenticate(r *http.Request, wanted key.Kind) (g *grant, sent bool, err error) {
	secret, kind, sent, ok := bearer(r.Header)
	if !ok || !opens(kind, wanted) {
		return nil, sent, nil
	}
	g, err = a.find(r.Context(), kind, digest(secret.Digest(a.cfg.Pepper)))
	return g, sent, err
}

// opens reports whether a secret of this kind opens the surfaces of a kind of
// key. An access token opens the same surface as the keys of its directory.
func opens(kind, want key.Kind) bool {
	return kind == want || kind == AccessToken && want == key.KindDIRECTORY
}

// challenge sets the header that says how to authenticate (RFC 6750 §3).
func challenge(h http.Header, sent bool, metadata string) {
	value := `Bearer realm="feddir"`
	if metadata != "" {
		value += `, resource_metadata="` + metadata + `"`
	}
	if sent {
		value += `, error="invalid_token"`
	}
	h.Set("WWW-Authenticate", value)
	h.Set("Cache-Control", "no-store")
}
