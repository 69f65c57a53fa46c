package isolation_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/auth/oauth"
)

// client is an OAuth client of our directory, with all that proves it.
type client struct {
	id, secret string
	signer     jose.Signer
}

// newClient makes an OAuth client.
func (w *world) newClient(t testing.TB) client {
	t.Helper()
	private := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	public := jose.JSONWebKey{Key: &private.PublicKey, KeyID: "k"}
	set := string(must(json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{public}})))
	db := w.open(t)
	defer db.Close()
	made := must(graph.New(db, graph.Config{}).Operations().CreateOAuthClient(viewer.WithOperator(t.Context()), model.CreateOAuthClientInput{
		DirectoryID: w.ours.directory, Name: "ours", TokenLifetimeSeconds: 3600, WithSecret: true, Jwks: &set,
	}))
	signer := must(jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: private, KeyID: "k"}}, nil))
	w.secrets = append(w.secrets, *made.ClientSecret)
	return client{made.Client.ID.String(), *made.ClientSecret, signer}
}

// assertion is a JWT of the client that says it is another's.
func (c client) assertion(id string) string {
	return must(jwt.Signed(c.signer).Claims(map[string]any{
		"iss": id, "sub": id, "aud": "http://directory.test" + oauth.TokenPath, "jti": rand.Text(),
		"iat": time.Now().Unix(), "exp": time.Now().Add(5 * time.Minute).Unix(),
	}).Serialize())
}

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// proofs are the ways to say which client one is, with what proves another.
func (c client) proofs(id string) map[string]url.Values {
	return map[string]url.Values{
		"in the body":               {"client_id": {id}, "client_secret": {c.secret}},
		"in the header":             {"basic": {id}},
		"in a JWT":                  {"client_assertion_type": {jwtBearer}, "client_assertion": {c.assertion(id)}},
		"beside a JWT of our own":   {"client_id": {id}, "client_assertion_type": {jwtBearer}, "client_assertion": {c.assertion(c.id)}},
		"beside a JWT of its own":   {"client_id": {c.id}, "client_assertion_type": {jwtBearer}, "client_assertion": {c.assertion(id)}},
		"in the header, and body":   {"basic": {id}, "client_id": {c.id}},
		"in a JWT that is a grant":  {"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {c.assertion(id)}},
		"beside a JWT, as a grant":  {"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "client_id": {id}, "assertion": {c.assertion(c.id)}},
		"in the body, for a scope":  {"client_id": {id}, "client_secret": {c.secret}, "scope": {id}},
		"in the body, with no word": {"client_id": {id}},
	}
}

// post sends a form to an endpoint, each time from another address: guesses
// are counted.
func (c client) post(h http.Handler, path string, form url.Values, from int) answer {
	if !form.Has("grant_type") && path == oauth.TokenPath {
		form.Set("grant_type", "client_credentials")
	}
	basic := form.Get("basic")
	form.Del("basic")
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.RemoteAddr = fmt.Sprintf("198.51.%d.%d:1", 100+from/250, from%250)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Request-Id", "isolation-test")
	if basic != "" {
		r.SetBasicAuth(basic, c.secret)
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, r)
	return answer{recorder.Code, recorder.Header(), recorder.Body.String()}
}

// The OAuth endpoints must not tell which clients there are, and what proves a
// client proves no other.
func TestOAuthTellsNothingOfOthers(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		c := w.newClient(t)
		theirs, sibling := w.rowsOf(t, w.theirs.company), w.rowsIn(t, w.sibling.directory)
		h := w.serve(t, server.Config{}).Handler()
		if own := c.post(h, oauth.TokenPath, url.Values{"client_id": {c.id}, "client_secret": {c.secret}}, 0); own.status != http.StatusOK {
			t.Fatalf("our own client got no token: %+v", own)
		}
		if own := c.post(h, oauth.TokenPath, url.Values{"client_assertion_type": {jwtBearer}, "client_assertion": {c.assertion(c.id)}}, 0); own.status != http.StatusOK {
			t.Fatalf("our own client got no token for its JWT: %+v", own)
		}
		from := 0
		ask := func(path, way, id string) string {
			from++
			form := c.proofs(id)[way]
			form.Set("token", "fdt_none")
			a := c.post(h, path, form, from)
			if leaks := a.leaks(id, &w.theirs, &w.sibling); len(leaks) > 0 {
				t.Errorf("%s, %s: %v is told: %+v", path, way, leaks, a)
			}
			if a.status != http.StatusUnauthorized && a.status != http.StatusBadRequest {
				t.Errorf("%s, %s: %+v", path, way, a)
			}
			return a.text(id)
		}
		for _, f := range []*folder{&w.theirs, &w.sibling} {
			for way := range c.proofs("") {
				for _, path := range []string{oauth.TokenPath, oauth.RevocationPath} {
					for _, id := range []uuid.UUID{f.oauthClient, f.key, f.directory} {
						foreign, nothing, malformed := ask(path, way, id.String()), ask(path, way, absent(id).String()), ask(path, way, "no id")
						if foreign != nothing || foreign != malformed {
							t.Errorf("%s, %s: what is %s's is told:\n%s\n%s\n%s", path, way, f.mark, foreign, nothing, malformed)
						}
					}
				}
			}
		}
		unchanged(t, theirs, w.rowsOf(t, w.theirs.company))
		unchanged(t, sibling, w.rowsIn(t, w.sibling.directory))
		t.Logf("%d requests", from)
	})
}

// A client ends its own access tokens and no other's. Whose the token is, that
// somebody else has got hold of, it is not told.
func TestNobodyRevokesTokensOfOthers(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		c := w.newClient(t)
		tokens := map[*folder]string{&w.theirs: w.accessToken(t, &w.theirs, time.Hour), &w.sibling: w.accessToken(t, &w.sibling, time.Hour)}
		theirs, sibling := w.rowsOf(t, w.theirs.company), w.rowsIn(t, w.sibling.directory)
		h := w.serve(t, server.Config{}).Handler()
		for f, token := range tokens {
			a := c.post(h, oauth.RevocationPath, url.Values{"client_id": {c.id}, "client_secret": {c.secret}, "token": {token}}, 0)
			if leaks := a.leaks(token, &w.theirs, &w.sibling); a.status != http.StatusBadRequest || len(leaks) > 0 {
				t.Errorf("a token of %s: tells %v: %+v", f.mark, leaks, a)
			}
			if still := (exchange{method: "GET", path: "/Users"}).send(h, f, token, ""); still.status != http.StatusOK {
				t.Errorf("the token of %s works no more: %d", f.mark, still.status)
			}
		}
		unchanged(t, theirs, w.rowsOf(t, w.theirs.company))
		unchanged(t, sibling, w.rowsIn(t, w.sibling.directory))
	})
}
