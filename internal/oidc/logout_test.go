package oidc_test

import (
	"errors"
	"maps"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/feddir/feddir/internal/oidc"
)

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

func TestVerifyLogout(t *testing.T) {
	t.Parallel()
	f := newFake(t, "")
	c, now := f.client(), f.clock.now().Unix()
	for name, tc := range map[string]struct {
		typ    jose.ContentType
		change map[string]any
		want   error
	}{
		"good":               {},
		"of a session":       {change: map[string]any{"sub": nil}},
		"of all sessions":    {change: map[string]any{"sid": nil}},
		"typ JWT":            {typ: "JWT"},
		"typ of others":      {typ: "at+jwt", want: oidc.ErrToken},
		"of nobody":          {change: map[string]any{"sid": nil, "sub": nil}, want: oidc.ErrToken},
		"an ID token":        {change: map[string]any{"events": nil}, want: oidc.ErrToken},
		"another event":      {change: map[string]any{"events": map[string]any{"x": map[string]any{}}}, want: oidc.ErrToken},
		"an event of text":   {change: map[string]any{"events": map[string]any{logoutEvent: "x"}}, want: oidc.ErrToken},
		"a nonce":            {change: map[string]any{"nonce": ""}, want: oidc.ErrToken},
		"no jti":             {change: map[string]any{"jti": nil}, want: oidc.ErrToken},
		"another issuer":     {change: map[string]any{"iss": "https://evil.test"}, want: oidc.ErrIssuer},
		"another client":     {change: map[string]any{"aud": "another"}, want: oidc.ErrToken},
		"expired":            {change: map[string]any{"exp": now - 121}, want: oidc.ErrToken},
		"never expires":      {change: map[string]any{"exp": nil}, want: oidc.ErrToken},
		"an old one":         {change: map[string]any{"iat": now - 800}, want: oidc.ErrToken},
		"one of the future":  {change: map[string]any{"iat": now + 121}, want: oidc.ErrToken},
		"one without a time": {change: map[string]any{"iat": nil}, want: oidc.ErrToken},
		"a strange subject":  {change: map[string]any{"sub": "a\u0000"}, want: oidc.ErrToken},
	} {
		claims := map[string]any{
			"iss": f.issuer, "aud": clientID, "iat": now, "exp": now + 120, "jti": "j", "sub": "ada", "sid": "s1",
			"events": map[string]any{logoutEvent: map[string]any{}},
		}
		maps.Copy(claims, tc.change)
		maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
		if tc.typ == "" {
			tc.typ = "logout+jwt"
		}
		out, err := c.VerifyLogout(t.Context(), f.provider(), f.keys[0].sign(t, tc.typ, claims))
		if !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
		if err == nil && (out.TokenID != "j" || out.Issuer != f.issuer || out.Subject == "" && out.SessionID == "" || out.Until.Before(f.clock.now().Add(12*time.Minute))) {
			t.Errorf("%s: %+v", name, out)
		}
	}
	for name, raw := range map[string]string{"foreign": newEC(t, "one").sign(t, "logout+jwt", map[string]any{}), "nonsense": "x", "empty": ""} {
		if _, err := c.VerifyLogout(t.Context(), f.provider(), raw); !errors.Is(err, oidc.ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := f.fetched.Load(); n != 1 {
		t.Errorf("the keys were fetched %d times", n)
	}
}

func TestLogoutURL(t *testing.T) {
	t.Parallel()
	f := newFake(t, "")
	text, err := f.client().LogoutURL(t.Context(), f.provider(), "https://directory.test/of", "ada", "x&y")
	check(t, err)
	u, err := url.Parse(text)
	check(t, err)
	for name, want := range map[string]string{"flow": "1", "client_id": clientID, "post_logout_redirect_uri": "https://directory.test/of", "logout_hint": "ada", "state": "x&y"} {
		if got := u.Query().Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, without := range []any{nil, "javascript:alert(1)"} {
		f.metadata["end_session_endpoint"] = without
		if text, err := f.client().LogoutURL(t.Context(), f.provider(), "", "", ""); text != "" || err != nil {
			t.Errorf("%q, %v", text, err)
		}
	}
}
