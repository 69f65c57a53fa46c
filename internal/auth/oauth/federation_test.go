package oauth_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph/model"
)

const (
	tenant  = "7c1d0b0e-0000-4000-8000-1234567890ab"
	issuer  = "https://login.microsoftonline.com/" + tenant + "/v2.0"
	app     = "4d5e6f70-0000-4000-8000-1234567890ab"
	subject = "aaaaaaaa-0000-4000-8000-1234567890ab"
)

// publisher is where an issuer publishes its keys.
type publisher struct {
	*httptest.Server
	answer  atomic.Value // a func(http.ResponseWriter)
	fetches atomic.Int32
}

func newPublisher(t testing.TB, text string) *publisher {
	p := &publisher{}
	p.say(text)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.fetches.Add(1)
		p.answer.Load().(func(http.ResponseWriter))(w)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *publisher) say(text string) {
	p.answer.Store(func(w http.ResponseWriter) { fmt.Fprint(w, text) })
}

// federated makes a client that trusts the issuer.
func (x *fixture) federated(t testing.TB, uri string) *ent.OAuthClient {
	t.Helper()
	p, err := x.CreateOAuthClient(x.operator, model.CreateOAuthClientInput{
		DirectoryID: x.staff.ID, Name: "Entra", TokenLifetimeSeconds: 3600,
		Federation: &model.OAuthFederationInput{Issuer: issuer, Audience: "api://" + app, Subject: subject},
	})
	check(t, err)
	if want := "https://login.microsoftonline.com/" + tenant + "/discovery/v2.0/keys"; p.Client.FederationJwksURI != want {
		t.Fatalf("keys are at %s, want %s", p.Client.FederationJwksURI, want)
	}
	x.write(t, func(ctx context.Context, db *ent.Client) error {
		return db.OAuthClient.UpdateOneID(p.Client.ID).SetFederationJwksURI(uri).Exec(ctx)
	})
	return p.Client
}

func (x *fixture) foreign(changes map[string]any) map[string]any {
	claims := map[string]any{
		"iss": issuer, "aud": app, "sub": subject, "tid": tenant,
		"iat": x.Now().Unix(), "nbf": x.Now().Unix(), "exp": x.Now().Add(time.Hour).Unix(),
	}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return claims
}

func (x *fixture) exchange(t testing.TB, c *ent.OAuthClient, assertion string) *httptest.ResponseRecorder {
	t.Helper()
	return x.post(t, url.Values{
		"grant_type": {"client_credentials"}, "client_id": {c.ID.String()}, "scope": {app + "/.default"},
		"client_assertion_type": {clientAssertion}, "client_assertion": {assertion},
	}, "", "")
}

func TestE145WorkloadIdentityFederation(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := newRSA(t, "k1", 2048)
		keys := newPublisher(t, jwks(t, s))
		c := x.federated(t, keys.URL)
		for name, claims := range map[string]map[string]any{
			"bare audience": nil, "audience with api://": {"aud": "api://" + app}, "one of several": {"aud": []string{"x", app}},
		} {
			w := x.exchange(t, c, s.sign(t, x.foreign(claims)))
			if w.Code != 200 || read(t, w).ExpiresIn != 3600 || x.get(t, "/v2", read(t, w).AccessToken) != 200 || x.reached.DirectoryID != x.staff.ID {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
		if n := keys.fetches.Load(); n != 1 {
			t.Errorf("the keys were fetched %d times", n)
		}
		for name, assertion := range map[string]string{
			"other tenant":    s.sign(t, x.foreign(map[string]any{"tid": app})),
			"no tenant":       s.sign(t, x.foreign(map[string]any{"tid": nil})),
			"other issuer":    s.sign(t, x.foreign(map[string]any{"iss": issuer + "/"})),
			"other subject":   s.sign(t, x.foreign(map[string]any{"sub": app})),
			"other audience":  s.sign(t, x.foreign(map[string]any{"aud": tenant})),
			"expired":         s.sign(t, x.foreign(map[string]any{"exp": x.Now().Add(-2 * time.Minute).Unix()})),
			"not yet good":    s.sign(t, x.foreign(map[string]any{"nbf": x.Now().Add(2 * time.Minute).Unix()})),
			"no end":          s.sign(t, x.foreign(map[string]any{"exp": nil})),
			"another's key":   newRSA(t, "k1", 2048).sign(t, x.foreign(nil)),
			"without a kid":   signer{s.alg, "", s.secret}.sign(t, x.foreign(nil)),
			"a client of its": s.sign(t, x.claims(c, nil)),
		} {
			x.clientAddress = fmt.Sprintf("203.0.113.%d:1", len(name))
			if w := x.exchange(t, c, assertion); w.Code != 401 || read(t, w).Error != "invalid_client" {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
		other, _ := x.client(t, x.guests)
		if w := x.exchange(t, other, s.sign(t, x.foreign(nil))); w.Code != 401 {
			t.Errorf("a client that trusts nobody: %d %s", w.Code, w.Body)
		}
	})
}

func TestKeysOfIssuersRotate(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		old, fresh := newEC(t, "old"), newEC(t, "new")
		keys := newPublisher(t, jwks(t, old))
		c := x.federated(t, keys.URL)
		status := func(s signer) int { return x.exchange(t, c, s.sign(t, x.foreign(nil))).Code }
		if got := status(old); got != 200 {
			t.Fatalf("at first: %d", got)
		}
		keys.say(jwks(t, fresh))
		if got := status(fresh); got != 401 || keys.fetches.Load() != 1 {
			t.Errorf("within 30 s of a fetch: %d after %d fetches", got, keys.fetches.Load())
		}
		x.advance(30 * time.Second)
		if got := status(fresh); got != 200 || keys.fetches.Load() != 2 {
			t.Errorf("after 30 s: %d after %d fetches", got, keys.fetches.Load())
		}
		if got := status(old); got != 401 {
			t.Errorf("the key that was withdrawn: %d", got)
		}
		x.advance(59 * time.Minute)
		keys.Close()
		if got := status(fresh); got != 200 {
			t.Errorf("while the keys are fresh: %d", got)
		}
		x.advance(time.Minute)
		if got := status(fresh); got != 503 {
			t.Errorf("when they are old and cannot be fetched: %d, want 503", got)
		}
	})
}

func TestKeysAreFetchedWithCare(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := newEC(t, "k")
		good := newPublisher(t, jwks(t, s))
		for name, say := range map[string]func(http.ResponseWriter){
			"redirect":  func(w http.ResponseWriter) { w.Header().Set("Location", good.URL); w.WriteHeader(http.StatusFound) },
			"error":     func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError); fmt.Fprint(w, jwks(t, s)) },
			"too large": func(w http.ResponseWriter) { fmt.Fprint(w, jwks(t, s)+strings.Repeat(" ", 256<<10)) },
			"nonsense":  func(w http.ResponseWriter) { fmt.Fprint(w, "keys") },
		} {
			p := newPublisher(t, "")
			p.answer.Store(say)
			c := x.federated(t, p.URL)
			for range 2 {
				if w := x.exchange(t, c, s.sign(t, x.foreign(nil))); w.Code != 503 || w.Header().Get("Retry-After") == "" {
					t.Errorf("%s: %d %s", name, w.Code, w.Body)
				}
			}
			if n := p.fetches.Load(); n != 1 {
				t.Errorf("%s: fetched %d times at once", name, n)
			}
		}
		if n := good.fetches.Load(); n != 0 {
			t.Errorf("a redirect was followed %d times", n)
		}
	})
}
