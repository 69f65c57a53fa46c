package oauth_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/auth"
	"github.com/feddir/feddir/internal/auth/oauth"
)

// revoke sends a form to the revocation endpoint, with Basic credentials
// unless id is empty.
func (x *fixture) revoke(t testing.TB, form url.Values, id, secret string) *httptest.ResponseRecorder {
	t.Helper()
	r := x.request(t, form.Encode())
	r.URL.Path = oauth.RevocationPath
	if id != "" {
		r.SetBasicAuth(id, secret)
	}
	return x.do(r)
}

func TestClientsRevokeTheirTokens(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		c, secret := x.client(t, x.staff)
		other, otherSecret := x.client(t, x.guests)
		id := c.ID.String()
		mine, kept, theirs := x.token(t, c.ID, secret), x.token(t, c.ID, secret), x.token(t, other.ID, otherSecret)
		elsewhere := x.replica(t)
		for _, token := range []string{mine, kept, theirs} {
			if a, b := x.get(t, "/v2", token), elsewhere(token); a != 200 || b != 200 {
				t.Fatalf("before: %d here, %d elsewhere", a, b)
			}
		}
		for range 2 { // the second time it is gone already
			if w := x.revoke(t, url.Values{"token": {mine}, "token_type_hint": {"refresh_token"}}, id, secret); w.Code != 200 || w.Body.Len() > 0 {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		}
		if a, b := x.get(t, "/v2", mine), x.get(t, "/v2", kept); a != 401 || b != 200 {
			t.Errorf("at once, here: %d, and %d for the client's other token", a, b)
		}
		x.advance(time.Second)
		if a, b := elsewhere(mine), elsewhere(kept); a != 401 || b != 200 {
			t.Errorf("within a second, elsewhere: %d, and %d for the client's other token", a, b)
		}
		inBody := url.Values{"client_id": {id}, "client_secret": {secret}, "token": {kept}}
		if w := x.revoke(t, inBody, "", ""); w.Code != 200 || x.get(t, "/v2", kept) != 401 {
			t.Errorf("with the secret in the body: %d", w.Code)
		}
	})
}

// replica returns another server on the same database, which tells the status
// of a request with a token.
func (x *fixture) replica(t testing.TB) func(token string) int {
	t.Helper()
	a, err := auth.New(x.db, auth.Config{Now: x.Now})
	check(t, err)
	h := a.Wrap(auth.Routes{Surfaces: surfaces()}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	return func(token string) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v2", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
}

func TestRevocationNeedsTheClient(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		c, secret := x.client(t, x.staff)
		other, otherSecret := x.client(t, x.guests)
		directoryKey, err := x.CreateKey(x.operator, model.CreateKeyInput{DirectoryID: &x.staff.ID, Name: "Key"})
		check(t, err)
		token := x.token(t, c.ID, secret)
		id, of := c.ID.String(), func(token string) url.Values { return url.Values{"token": {token}} }
		for name, test := range map[string]struct {
			w      *httptest.ResponseRecorder
			status int
			code   string
		}{
			"no credentials":   {x.revoke(t, of(token), "", ""), 401, "invalid_client"},
			"wrong secret":     {x.revoke(t, of(token), id, otherSecret), 401, "invalid_client"},
			"the token itself": {x.revoke(t, of(token), id, token), 401, "invalid_client"},
			"another client":   {x.revoke(t, of(token), other.ID.String(), otherSecret), 400, "unauthorized_client"},
			"no token":         {x.revoke(t, url.Values{}, id, secret), 400, "invalid_request"},
			"a secret":         {x.revoke(t, of(secret), id, secret), 400, "unsupported_token_type"},
			"a key":            {x.revoke(t, of(*directoryKey.AccessToken), id, secret), 400, "unsupported_token_type"},
			"half a JWT":       {x.revoke(t, url.Values{"token": {token}, "client_assertion": {"x"}}, "", ""), 400, "invalid_request"},
		} {
			if got := read(t, test.w); test.w.Code != test.status || got.Error != test.code || test.w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d %s, want %d %s", name, test.w.Code, test.w.Body, test.status, test.code)
			}
		}
		get := x.request(t, "")
		get.Method, get.URL.Path = http.MethodGet, oauth.RevocationPath
		if w := x.do(get); w.Code != 405 || w.Header().Get("Allow") != "POST" {
			t.Errorf("GET: %d", w.Code)
		}
		for name, text := range map[string]string{"never made": auth.NewSecret(auth.AccessToken).Reveal(), "no token of ours": "x"} {
			if w := x.revoke(t, of(text), id, secret); w.Code != 200 {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
		if a, b := x.get(t, "/v2", token), x.get(t, "/v2", *directoryKey.AccessToken); a != 200 || b != 200 {
			t.Errorf("something was revoked: %d, %d", a, b)
		}
	})
}

// Guesses at a secret count here like at the token endpoint.
func TestGuessesAtRevocationAreBounded(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		c, secret := x.client(t, x.staff)
		token := x.token(t, c.ID, secret)
		for range 10 {
			x.revoke(t, url.Values{"token": {token}}, c.ID.String(), "wrong")
		}
		if w := x.revoke(t, url.Values{"token": {token}}, c.ID.String(), secret); w.Code != 429 || w.Header().Get("Retry-After") == "" {
			t.Errorf("%d", w.Code)
		}
		if w := x.post(t, credentials, c.ID.String(), secret); w.Code != 429 {
			t.Errorf("at the token endpoint: %d", w.Code)
		}
	})
}

// A token that was got with a JWT ends, and the JWT is not good again for that.
func TestRevocationMakesNoJWTGoodAgain(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := newEC(t, "k")
		c := x.keyClient(t, s)
		once := s.sign(t, x.claims(c, nil))
		token := read(t, x.assert(t, once)).AccessToken
		form := url.Values{"token": {token}, "client_assertion_type": {clientAssertion}, "client_assertion": {s.sign(t, x.claims(c, nil))}}
		if w := x.revoke(t, form, "", ""); w.Code != 200 || x.get(t, "/v2", token) != 401 {
			t.Errorf("%d", w.Code)
		}
		if w := x.assert(t, once); w.Code != 401 {
			t.Errorf("the same JWT again: %d", w.Code)
		}
	})
}

func TestThoseWithoutAKeyAreToldWhereToGetOne(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		for path, want := range map[string]bool{"/v2/Users": true, "/graphql": false} {
			w := x.do(httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
			got := w.Header().Get("WWW-Authenticate")
			if w.Code != 401 || !strings.HasPrefix(got, "Bearer ") || strings.Contains(got, `resource_metadata="`+baseURL+oauth.SCIMResourcePath+`"`) != want {
				t.Errorf("%s: %d %q", path, w.Code, got)
			}
		}
	})
}
