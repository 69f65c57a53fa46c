package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/internal/auth"
)

const (
	listed   = "https://people.example.com"
	unlisted = "https://evil.example"
)

// preflight is what a browser asks before a page of origin may POST JSON.
func preflight(t testing.TB, path, origin string) *http.Request {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodOptions, path, nil)
	r.Header.Set("Origin", origin)
	r.Header.Set("Access-Control-Request-Method", http.MethodPost)
	r.Header.Set("Access-Control-Request-Headers", "authorization,content-type")
	return r
}

// from is a request of a page of origin with a token.
func from(t testing.TB, origin, token string) *http.Request {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", nil)
	r.Header.Set("Origin", origin)
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}

func allowed(w *httptest.ResponseRecorder) string {
	return w.Header().Get("Access-Control-Allow-Origin")
}

func TestPagesNeedAKeyThatListsTheirOrigin(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		x.changeKey(t, x.apiKey, func(u *ent.KeyUpdateOne) { u.SetOrigins([]string{listed}) })
		_, other := x.addKey(t, key.KindAPI)
		s := x.serve(t, auth.Config{})

		w := s.do(preflight(t, "/graphql", listed))
		if w.Code != http.StatusNoContent || allowed(w) != listed || w.Header().Get("Access-Control-Allow-Methods") != "GET, POST" {
			t.Errorf("preflight: %d %v", w.Code, w.Header())
		}
		if s.reached != nil {
			t.Error("a preflight reached the handler")
		}
		for name, c := range map[string]struct {
			request *http.Request
			origin  string
		}{
			"preflight of an origin no key lists": {preflight(t, "/graphql", unlisted), ""},
			"preflight of a surface for machines": {preflight(t, "/v2/Users", listed), ""},
			"the key that lists the origin":       {from(t, listed, x.apiText), listed},
			"another key":                         {from(t, listed, other), ""},
			"another origin":                      {from(t, unlisted, x.apiText), ""},
			"no key at all, listed":               {from(t, listed, "nonsense"), listed}, // may read that it was refused
			"no key at all, unlisted":             {from(t, unlisted, "nonsense"), ""},
			"the origin of no origin":             {from(t, "null", x.apiText), ""},
		} {
			w := s.do(c.request)
			if got := allowed(w); got != c.origin {
				t.Errorf("%s: %q may read the answer", name, got)
			}
			if w.Header().Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s: cookies are allowed", name)
			}
			if c.request.URL.Path == "/graphql" && w.Header().Get("Vary") == "" {
				t.Errorf("%s: caches may give the answer to other origins", name)
			}
		}
	})
}

func TestOriginsOfNewAndRevokedKeysAreSeenSoon(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		answer := func() string { return allowed(s.do(preflight(t, "/graphql", listed))) }
		if answer() != "" {
			t.Error("there is an origin by default")
		}
		x.changeKey(t, x.apiKey, func(u *ent.KeyUpdateOne) { u.SetOrigins([]string{listed}) })
		x.clock.advance(5 * time.Second)
		if answer() != listed {
			t.Error("the new origin is not seen")
		}
		x.changeKey(t, x.apiKey, func(u *ent.KeyUpdateOne) { u.SetRevokedAt(x.clock.Now()) })
		x.clock.advance(5 * time.Second)
		if answer() != "" {
			t.Error("the origin of a revoked key is still answered")
		}
	})
}

// Preflights need no key, so they must not cost a statement each.
func TestPreflightsShareOneLookUp(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		ctx, statements := sqlconn.CountStatements(t.Context())
		for range 10 {
			s.do(preflight(t, "/graphql", unlisted).WithContext(ctx))
			s.do(preflight(t, "/graphql", listed).WithContext(ctx))
		}
		if statements.N() != 1 {
			t.Errorf("%d statements", statements.N())
		}
	})
}

// A page that goes away does not wait for the look-up of another, which the
// database may take its time for.
func TestPreflightThatIsGivenUpWaitsForNoLookUp(t *testing.T) {
	t.Parallel()
	var armed atomic.Bool
	asked, answer := make(chan struct{}), make(chan struct{})
	cfg := dbtest.Patient(dbtest.SQLite(t))
	cfg.Guard = func(context.Context, string, []any) error {
		if armed.CompareAndSwap(true, false) {
			close(asked)
			<-answer
		}
		return nil
	}
	db, err := entdb.OpenCurrent(t.Context(), cfg)
	check(t, err)
	defer db.Close()
	x := &fixture{db: db, clock: newClock()}
	first, second := x.serve(t, auth.Config{}), &server{}
	second.handler = first.handler
	armed.Store(true)
	var waiting sync.WaitGroup
	waiting.Go(func() { first.do(preflight(t, "/graphql", listed)) })
	<-asked
	gone, leave := context.WithCancel(t.Context())
	leave()
	if w := second.do(preflight(t, "/graphql", listed).WithContext(gone)); w.Code != http.StatusNoContent {
		t.Errorf("%d", w.Code)
	}
	close(answer)
	waiting.Wait()
}
