package oidc_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/feddir/feddir/internal/oidc"
)

const (
	clientID    = "directory"
	secret      = "s3cret/with+signs"
	redirectURI = "https://directory.test/signin/callback"
	tenant      = "5e4f2b7c-0d6a-4f0e-9c1b-7a3d2e1f0a9b"
	otherTenant = "0a9b5e4f-2b7c-4d6a-8f0e-9c1b7a3d2e1f"
	person      = "11111111-2222-4333-8444-555555555555"
)

// clock is the time of the relying party and of the provider.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Now().Unix())
	return c
}

func (c *clock) now() time.Time          { return time.Unix(c.at.Load(), 0) }
func (c *clock) advance(d time.Duration) { c.at.Add(int64(d.Seconds())) }

// key signs tokens.
type key struct {
	id     string
	alg    jose.SignatureAlgorithm
	secret any
}

var newRSA = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

func newEC(t testing.TB, id string) key {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	return key{id, jose.ES256, k}
}

func (k key) public() jose.JSONWebKey {
	return jose.JSONWebKey{Key: k.secret.(crypto.Signer).Public(), KeyID: k.id, Algorithm: string(k.alg), Use: "sig"}
}

func (k key) sign(t testing.TB, typ jose.ContentType, claims map[string]any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: k.alg, Key: jose.JSONWebKey{Key: k.secret, KeyID: k.id}}, (&jose.SignerOptions{}).WithType(typ))
	check(t, err)
	text, err := json.Marshal(claims)
	check(t, err)
	signed, err := signer.Sign(text)
	check(t, err)
	raw, err := signed.CompactSerialize()
	check(t, err)
	return raw
}

// fake is an identity provider.
type fake struct {
	*httptest.Server
	t     *testing.T
	clock *clock
	mu    sync.Mutex
	codes map[string]url.Values // what each code was given for

	issuer     string
	metadata   map[string]any
	keys       []key          // published; the first signs
	claims     map[string]any // of the next ID tokens; nil leaves a claim out
	mint       func(claims map[string]any) string
	instead    http.HandlerFunc // of what it says of itself
	discovered atomic.Int32
	fetched    atomic.Int32 // how often its keys were
}

// newFake starts a provider whose issuer ends in a path.
func newFake(t *testing.T, path string) *fake {
	f := &fake{t: t, clock: newClock(), codes: map[string]url.Values{}, keys: []key{{"one", jose.RS256, newRSA()}}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+path+"/.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		f.discovered.Add(1)
		f.mu.Lock()
		instead, metadata := f.instead, f.metadata
		f.mu.Unlock()
		if instead != nil {
			instead(w, r)
			return
		}
		write(w, http.StatusOK, metadata)
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		f.fetched.Add(1)
		var set jose.JSONWebKeySet
		for _, k := range f.keys {
			set.Keys = append(set.Keys, k.public())
		}
		write(w, http.StatusOK, set)
	})
	mux.HandleFunc("POST /token", f.token)
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	f.issuer = f.URL + path
	f.metadata = map[string]any{
		"issuer": f.issuer, "authorization_endpoint": f.URL + "/authorize", "token_endpoint": f.URL + "/token", "jwks_uri": f.URL + "/keys",
		"end_session_endpoint": f.URL + "/end?flow=1", "authorization_response_iss_parameter_supported": true,
	}
	f.mint = func(claims map[string]any) string { return f.keys[0].sign(t, "JWT", claims) }
	return f
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (f *fake) provider() oidc.Provider {
	return oidc.Provider{Preset: oidc.Generic, Issuer: f.issuer, ClientID: clientID, ClientSecret: secret}
}

func (f *fake) client() *oidc.Client { return oidc.New(oidc.Config{Private: true, Now: f.clock.now}) }

// authorize plays the browser and the person at the provider.
func (f *fake) authorize(authURL string) url.Values {
	f.t.Helper()
	u, err := url.Parse(authURL)
	check(f.t, err)
	q := u.Query()
	if q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("response_mode") != "query" || q.Get("client_id") != clientID || q.Get("redirect_uri") != redirectURI {
		f.t.Errorf("the request is %v", q)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	code := rand.Text()
	f.codes[code] = q
	return url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {f.issuer}}
}

func (f *fake) token(w http.ResponseWriter, r *http.Request) {
	id, password, _ := r.BasicAuth()
	if id, _ = url.QueryUnescape(id); id == "" {
		id, password = r.PostFormValue("client_id"), url.QueryEscape(r.PostFormValue("client_secret"))
	}
	if password, _ = url.QueryUnescape(password); id != clientID || password != secret {
		write(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret " + password})
		return
	}
	f.mu.Lock()
	asked, ok := f.codes[r.PostFormValue("code")]
	delete(f.codes, r.PostFormValue("code"))
	f.mu.Unlock()
	challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(challenge[:]) || asked.Get("redirect_uri") != r.PostFormValue("redirect_uri") {
		write(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
		return
	}
	now := f.clock.now().Unix()
	claims := map[string]any{"iss": f.issuer, "sub": "ada", "aud": clientID, "iat": now, "exp": now + 300, "nonce": asked.Get("nonce")}
	maps.Copy(claims, f.claims)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	write(w, http.StatusOK, map[string]any{"access_token": "opaque", "token_type": "Bearer", "id_token": f.mint(claims)})
}

// signIn goes to the provider and back.
func (f *fake) signIn(c *oidc.Client, p oidc.Provider, o oidc.Options) (*oidc.Identity, error) {
	f.t.Helper()
	authURL, pending, err := c.Begin(f.t.Context(), p, redirectURI, o)
	if err != nil {
		return nil, err
	}
	return c.Finish(f.t.Context(), p, redirectURI, pending, f.authorize(authURL))
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
