package auth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/auth"
)

// upgrade is the request of a WebSocket.
func upgrade(t *testing.T, header ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://directory.test/graphql", nil)
	r.Header.Set("Upgrade", "websocket")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

// A WebSocket may show its key later; nothing else may.
func TestWebSocketShowsItsKeyLater(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		if s.do(upgrade(t)); s.reached == nil || s.reached.Kind != "" {
			t.Fatalf("without a key: %+v", s.reached)
		}
		waiting := upgrade(t).WithContext(s.context)
		for token, reason := range map[string]string{
			"": "no Authorization header", x.apiText: "Bearer is missing", "Bearer fda_x": "incomplete",
			"Bearer " + x.directoryText: "an API key (fda_…) is needed", "Bearer " + auth.NewSecret(key.KindAPI).Reveal(): "",
		} {
			_, err := s.AuthenticateLate(waiting, token)
			if denied, ok := errors.AsType[*auth.Denied](err); !ok || !strings.Contains(denied.Reason, reason) || reason == "" && denied.Reason != "" {
				t.Errorf("showing %q: %v, want %s", token, err, reason)
			}
		}
		ctx, err := s.AuthenticateLate(waiting, "Bearer "+x.apiText)
		if err != nil {
			t.Fatal(err)
		}
		if v, _ := viewer.FromContext(ctx); v.KeyID != x.apiKey.ID || v.Source != viewer.SourceAPI {
			t.Errorf("the key's viewer is %+v", v)
		}
		plain := upgrade(t)
		plain.Header.Del("Upgrade")
		post := upgrade(t)
		post.Method = http.MethodPost
		for name, r := range map[string]*http.Request{
			"no WebSocket": plain, "a POST": post,
			"a bad key":      upgrade(t, "Authorization", "Bearer fda_x"),
			"another origin": upgrade(t, "Origin", "https://evil.example"),
			"another's path": func() *http.Request { r := upgrade(t); r.URL.Path = "/v2/Users"; return r }(),
			"an encoded path": func() *http.Request {
				r := upgrade(t)
				r.URL.Path, r.URL.RawPath = "/graphql/../x", "/graphql%2F..%2Fx"
				return r
			}(),
		} {
			if w := s.do(r); s.reached != nil || w.Code < 400 {
				t.Errorf("%s: status %d, %+v", name, w.Code, s.reached)
			}
		}
		if s.do(upgrade(t, "Authorization", "Bearer "+x.apiText)); s.reached == nil || s.reached.KeyID != x.apiKey.ID {
			t.Errorf("with a key: %+v", s.reached)
		}
	})
}

// Who goes on answering a request finds out when its key works no longer.
func TestKeyOfAStreamHoldsUntilItsEnd(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		s.do(upgrade(t, "Authorization", "Bearer "+x.apiText))
		byHeader := s.context
		s.do(upgrade(t))
		byToken, err := s.AuthenticateLate(upgrade(t).WithContext(s.context), "Bearer "+x.apiText)
		check(t, err)
		holds := func() []bool {
			t.Helper()
			first, err := auth.Valid(byHeader)
			check(t, err)
			second, err := auth.Valid(byToken)
			check(t, err)
			return []bool{first, second}
		}
		if h := holds(); !h[0] || !h[1] {
			t.Errorf("a working key: %v", h)
		}
		soon := x.clock.Now().Add(time.Minute)
		x.changeKey(t, x.apiKey, func(k *ent.KeyUpdateOne) { k.SetExpiresAt(soon) })
		x.clock.advance(30 * time.Second)
		if h := holds(); !h[0] || !h[1] {
			t.Errorf("before it expires: %v", h)
		}
		x.clock.advance(31 * time.Second)
		if h := holds(); h[0] || h[1] {
			t.Errorf("after it expired: %v", h)
		}
	})
}
