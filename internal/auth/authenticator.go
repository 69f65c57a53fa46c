package auth

import (
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
	Proxies Proxies          // whose word on the client's address counts
	Log     zerolog.Logger   // of what went wrong; the zero Logger is silent
	Now     func() time.Time // time.Now where it is nil
	// UsageEvery is how often the use of keys is written; 5 s where it is 0.
	UsageEvery time.Duration
}

// CheckPepper fails for a pepper that is too short to be one. Without any, the
// digests are plain SHA-256.
func CheckPepper(pepper []byte) error {
	if n := len(pepper); n > 0 && n < minPepper {
		return fmt.Errorf("the pepper has %d bytes; give it at least %d random ones, or none", n, minPepper)
	}
	return nil
}

// Authenticator finds out who sends a request. Safe for concurrent use.
type Authenticator struct {
	db    *entdb.DB
	cfg   Config
	cache *cache
	loads singleflight.Group
	usage *usage
	lent  sync.Map // of *grant, by digest; see Lend

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
	if cfg.UsageEvery <= 0 {
		cfg.UsageEvery = 5 * time.Second
	}
	return &Authenticator{db: db, cfg: cfg, cache: newCache(), usage: newUsage(db, cfg)}, nil
}

// Jobs returns the background work: to write when keys were last used.
func (a *Authenticator) Jobs() []jobs.Job {
	return []jobs.Job{{Name: "write-key-usage", Every: a.cfg.UsageEvery, AtStop: true, Timeout: usageWithin, Run: a.usage.flush}}
}

// Forget makes the next request of a key look it up again: the key of this id,
// or all keys of the OAuth client, directory or company of this id.
func (a *Authenticator) Forget(id uuid.UUID) { a.cache.forget(id) }

// Wrap returns a handler that lets only those requests through to next that
// routes allow. Those that needed a key carry its viewer.
func (a *Authenticator) Wrap(routes Routes, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		surface, demanded := routes.surface(r.URL.Path)
		switch {
		case routes.endpoint(r.URL):
			next.ServeHTTP(w, r)
		case demanded && surface.later(r):
			a.admitLater(next, w, r)
		case demanded && surface.CrossOrigin:
			a.admitShared(surface, next, w, r)
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
		if r.Context().Err() == nil {
			a.cfg.Log.Error().Str("error", sqlconn.Detail(err)).Msg("cannot look up a key")
		}
		w.Header().Set("Retry-After", "2")
		s.Refuse(w, r, http.StatusServiceUnavailable, "")
		return
	}
	if !g.valid(a.cfg.Now()) {
		wrong := hint(r.Header, s.Kind)
		a.refused(s, r, g, wrong)
		challenge(w.Header(), sent, s.Metadata)
		s.Refuse(w, r, http.StatusUnauthorized, wrong)
		return
	}
	if ambiguous(r.URL) {
		s.Refuse(w, r, http.StatusNotFound, "")
		return
	}
	v := g.viewer
	v.Source = s.Source
	if s.CrossOrigin {
		share(w.Header(), r, v.Origins)
	}
	if !g.token && !g.lent {
		a.usage.record(v, a.cfg.Proxies.Client(r).String(), r.UserAgent())
	}
	ctx := viewer.NewContext(r.Context(), v)
	if s.Stream != nil && s.Stream(r) {
		ctx = a.holding(ctx, r.Header, s.Kind)
	}
	next.ServeHTTP(w, r.WithContext(ctx))
}

// refused tells the surface of a refused request whose key is known. Nothing of
// the answer depends on that.
func (a *Authenticator) refused(s Surface, r *http.Request, g *grant, wrong string) {
	if s.Refused == nil {
		return
	}
	if g == nil && wrong != "" {
		g = a.misplaced(r.Context(), r.Header)
	}
	if g != nil {
		s.Refused(r, g.viewer, wrong)
	}
}

// authenticate returns what a key of this kind grants that the request shows,
// or granted once, or nil. sent tells whether it shows a token. The error says
// that nobody can tell now.
func (a *Authenticator) authenticate(r *http.Request, want key.Kind) (g *grant, sent bool, err error) {
	secret, kind, sent, ok := bearer(r.Header)
	if !ok || !opens(kind, want) {
		return nil, sent, nil
	}
	g, err = a.find(r.Context(), kind, digest(secret.Digest(a.cfg.Pepper)))
	return g, sent, err
}

// opens reports whether secrets of a kind open what a kind of key opens: an
// access token opens what the keys of its client's directory do.
func opens(kind, want key.Kind) bool {
	return kind == want || kind == AccessToken && want == key.KindDIRECTORY
}

// challenge says how to authenticate (RFC 6750 §3), and where that is described.
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
