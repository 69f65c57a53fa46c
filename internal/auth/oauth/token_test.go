package oauth_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/auth"
	"github.com/feddir/feddir/internal/auth/oauth"
)

func TestE142ClientCredentials(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		c, secret := x.client(t, x.staff)
		inBody := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.ID.String()}, "client_secret": {secret}, "scope": {"anything"}}
		for name, w := range map[string]*httptest.ResponseRecorder{
			"header": x.post(t, credentials, c.ID.String(), secret),
			"body":   x.post(t, inBody, "", ""),
			"both":   x.post(t, inBody, c.ID.String(), secret),
		} {
			a := read(t, w)
			if w.Code != 200 || w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Cache-Control") != "no-store" ||
				a.TokenType != "Bearer" || a.ExpiresIn != 3600 {
				t.Errorf("%s: %d %v %s", name, w.Code, w.Header(), w.Body)
			}
			if want := map[bool]string{true: oauth.Scope}[name != "header"]; a.Scope != want {
				t.Errorf("%s: scope %q, want %q", name, a.Scope, want)
			}
			if _, kind, err := auth.Parse(a.AccessToken); kind != auth.AccessToken || err != nil {
				t.Errorf("%s: the token is of kind %s, %v", name, kind, err)
			}
			if got := x.get(t, "/v2/Users", a.AccessToken); got != 200 {
				t.Errorf("%s: the token opens SCIM with status %d", name, got)
			}
			want := &viewer.Viewer{Kind: viewer.DirectoryKey, CompanyID: x.staff.CompanyID, DirectoryID: x.staff.ID, KeyID: c.ID, Source: viewer.SourceSCIM}
			if !reflect.DeepEqual(x.reached, want) {
				t.Errorf("%s: viewer %+v, want %+v", name, x.reached, want)
			}
			if got := x.get(t, "/graphql", a.AccessToken); got != 401 {
				t.Errorf("%s: the token opens GraphQL with status %d", name, got)
			}
		}
		if a, b := x.get(t, "/v2/Users", secret), x.get(t, "/graphql", secret); a != 401 || b != 401 {
			t.Errorf("the secret itself opens SCIM with %d, GraphQL with %d", a, b)
		}
	})
}

func TestMalformedRequestsSayWhatIsWrong(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		c, secret := x.client(t, x.staff)
		with := func(change func(*http.Request)) *http.Request {
			r := x.request(t, credentials.Encode())
			change(r)
			return r
		}
		basic := func(body string) *http.Request {
			r := x.request(t, body)
			r.SetBasicAuth(c.ID.String(), secret)
			return r
		}
		for name, test := range map[string]struct {
			r      *http.Request
			status int
			code   string
		}{
			"GET":               {with(func(r *http.Request) { r.Method = http.MethodGet }), 405, "invalid_request"},
			"JSON":              {with(func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }), 415, "invalid_request"},
			"no type":           {with(func(r *http.Request) { r.Header.Del("Content-Type") }), 415, "invalid_request"},
			"too large":         {basic("grant_type=client_credentials&x=" + strings.Repeat("x", 16<<10)), 413, "invalid_request"},
			"malformed":         {basic("grant_type=%zz"), 400, "invalid_request"},
			"no grant":          {basic("scope=x"), 400, "invalid_request"},
			"in the query":      {with(func(r *http.Request) { r.URL.RawQuery = credentials.Encode(); r.Body = http.NoBody }), 400, "invalid_request"},
			"repeated":          {basic("grant_type=client_credentials&scope=a&scope=b"), 400, "invalid_request"},
			"password":          {basic("grant_type=password&username=a&password=b"), 400, "unsupported_grant_type"},
			"two ids":           {basic("grant_type=client_credentials&client_id=other"), 400, "invalid_request"},
			"two secrets":       {basic("grant_type=client_credentials&client_secret=other"), 400, "invalid_request"},
			"assertion, secret": {basic("grant_type=client_credentials&client_assertion=x&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), 400, "invalid_request"},
			"assertion, SAML":   {x.request(t, "grant_type=client_credentials&client_assertion=x&client_assertion_type=saml"), 400, "invalid_request"},
			"no assertion":      {x.request(t, "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer"), 400, "invalid_request"},
		} {
			w := x.do(test.r)
			if got := read(t, w); w.Code != test.status || got.Error != test.code || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d %s, want %d %s", name, w.Code, w.Body, test.status, test.code)
			}
		}
	})
}

// Nobody learns from an answer which clients there are, or what was right.
func TestAllWrongCredentialsLookAlike(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		c, secret := x.client(t, x.staff)
		other, otherSecret := x.client(t, x.guests)
		revoked, revokedSecret := x.client(t, x.guests)
		_, err := x.RevokeOAuthClient(x.operator, model.RevokeOAuthClientInput{ID: revoked.ID})
		check(t, err)
		directoryKey, err := x.CreateKey(x.operator, model.CreateKeyInput{DirectoryID: &x.staff.ID, Name: "Key"})
		check(t, err)
		want := x.post(t, credentials, c.ID.String(), auth.NewSecret(key.KindCLIENT).Reveal())
		if want.Code != 401 || read(t, want).Error != "invalid_client" || !strings.HasPrefix(want.Header().Get("WWW-Authenticate"), "Basic ") {
			t.Fatalf("%d %v %s", want.Code, want.Header(), want.Body)
		}
		bearer := x.request(t, credentials.Encode())
		bearer.Header.Set("Authorization", "Bearer "+*directoryKey.AccessToken)
		for name, w := range map[string]*httptest.ResponseRecorder{
			"unknown client":               x.post(t, credentials, directoryKey.Key.ID.String(), secret),
			"malformed id":                 x.post(t, credentials, "x", secret),
			"malformed secret":             x.post(t, credentials, c.ID.String(), secret+"x"),
			"empty secret":                 x.post(t, credentials, c.ID.String(), ""),
			"another's secret":             x.post(t, credentials, c.ID.String(), otherSecret),
			"another's id":                 x.post(t, credentials, other.ID.String(), secret),
			"revoked":                      x.post(t, credentials, revoked.ID.String(), revokedSecret),
			"directory key as secret":      x.post(t, credentials, c.ID.String(), *directoryKey.AccessToken),
			"no credentials":               x.post(t, credentials, "", ""),
			"bearer":                       x.do(bearer),
			"nonsense in the JWT's place":  x.post(t, url.Values{"grant_type": {"client_credentials"}, "client_assertion": {"x"}, "client_assertion_type": {clientAssertion}}, "", ""),
			"secret with a key's checksum": x.post(t, credentials, c.ID.String(), "fds_"+(*directoryKey.AccessToken)[4:]),
		} {
			if w.Code != want.Code || !bytes.Equal(w.Body.Bytes(), want.Body.Bytes()) || !reflect.DeepEqual(w.Header(), want.Header()) {
				t.Errorf("%s: %d %v %s", name, w.Code, w.Header(), w.Body)
			}
		}
	})
}

func TestRevocationEndsTokens(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		c, secret := x.client(t, x.staff)
		first := x.token(t, c.ID, secret)
		p, err := x.CreateOAuthClientSecret(x.operator, model.CreateOAuthClientSecretInput{ClientID: c.ID})
		check(t, err)
		second := x.token(t, c.ID, *p.ClientSecret)
		if a, b := x.get(t, "/v2", first), x.get(t, "/v2", second); a != 200 || b != 200 {
			t.Fatalf("before: %d and %d", a, b)
		}
		secrets, err := x.resolver.OAuthClient().Secrets(x.operator, c)
		check(t, err)
		_, err = x.RevokeKey(x.operator, model.RevokeKeyInput{ID: secrets[1].ID})
		check(t, err)
		if a, b := x.get(t, "/v2", first), x.get(t, "/v2", second); a != 401 || b != 200 {
			t.Errorf("after revoking the first secret: %d and %d, want 401 and 200", a, b)
		}
		x.write(t, func(ctx context.Context, db *ent.Client) error { // as another replica does
			return db.OAuthClient.UpdateOneID(c.ID).SetRevokedAt(x.Now()).Exec(ctx)
		})
		x.advance(time.Second)
		if got := x.get(t, "/v2", second); got != 401 {
			t.Errorf("a second after revoking the client elsewhere: %d", got)
		}
	})
}

func TestTokensAndSecretsExpire(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		c, secret := x.client(t, x.staff)
		token := x.token(t, c.ID, secret)
		x.advance(time.Hour - time.Second)
		if got := x.get(t, "/v2", token); got != 200 {
			t.Errorf("before its end: %d", got)
		}
		x.advance(time.Second)
		if got := x.get(t, "/v2", token); got != 401 {
			t.Errorf("at its end: %d", got)
		}
		x.advance(2 * 366 * 24 * time.Hour)
		if w := x.post(t, credentials, c.ID.String(), secret); w.Code != 401 {
			t.Errorf("an expired secret: %d", w.Code)
		}
	})
}

func TestPausedDirectoryIsReadOnlyToTokens(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		c, secret := x.client(t, x.staff)
		token := x.token(t, c.ID, secret)
		x.write(t, func(ctx context.Context, db *ent.Client) error {
			return db.Directory.UpdateOneID(x.staff.ID).SetState("PAUSED").Exec(ctx)
		})
		if got := x.get(t, "/v2", token); got != 200 || !x.reached.ReadOnly {
			t.Errorf("status %d, viewer %+v", got, x.reached)
		}
	})
}

func TestGuessesAreBounded(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		c, secret := x.client(t, x.staff)
		other, otherSecret := x.client(t, x.guests)
		guess := func() int { return x.post(t, credentials, c.ID.String(), "wrong").Code }
		for i := range 10 {
			if got := guess(); got != 401 {
				t.Fatalf("guess %d: %d", i, got)
			}
		}
		w := x.post(t, credentials, c.ID.String(), secret)
		if w.Code != 429 || w.Header().Get("Retry-After") != "6" {
			t.Errorf("after ten guesses: %d, Retry-After %s", w.Code, w.Header().Get("Retry-After"))
		}
		x.token(t, other.ID, otherSecret) // another customer behind the same address
		x.clientAddress = "198.51.100.1:1"
		x.token(t, c.ID, secret) // the client itself, from elsewhere
		x.clientAddress = "203.0.113.7:99"
		x.advance(6 * time.Second)
		x.token(t, c.ID, secret)
	})
}

func TestTokensOfAClientAreBounded(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		c, secret := x.client(t, x.staff)
		for range 60 {
			x.token(t, c.ID, secret)
		}
		if w := x.post(t, credentials, c.ID.String(), secret); w.Code != 429 || w.Header().Get("Retry-After") != "1" {
			t.Errorf("the 61st at once: %d", w.Code)
		}
		x.advance(time.Second)
		x.token(t, c.ID, secret)
	})
}
