package oauth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/purge"
	"github.com/feddir/feddir/internal/auth/oauth"
	"github.com/feddir/feddir/internal/issuers"
)

const (
	clientAssertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	jwtBearer       = "urn:ietf:params:oauth:grant-type:jwt-bearer"
)

// signer is a key pair.
type signer struct {
	alg    jose.SignatureAlgorithm
	kid    string
	secret any
}

func newRSA(t testing.TB, kid string, bits int) signer {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, bits)
	check(t, err)
	return signer{jose.RS256, kid, k}
}

func newEC(t testing.TB, kid string) signer {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	return signer{jose.ES256, kid, k}
}

func (s signer) sign(t testing.TB, claims map[string]any) string {
	t.Helper()
	sig, err := jose.NewSigner(jose.SigningKey{Algorithm: s.alg, Key: jose.JSONWebKey{Key: s.secret, KeyID: s.kid}}, nil)
	check(t, err)
	text, err := jwt.Signed(sig).Claims(claims).Serialize()
	check(t, err)
	return text
}

func jwks(t testing.TB, signers ...signer) string {
	t.Helper()
	var set jose.JSONWebKeySet
	for _, s := range signers {
		k := jose.JSONWebKey{Key: s.secret, KeyID: s.kid}
		set.Keys = append(set.Keys, k.Public())
	}
	text, err := json.Marshal(set)
	check(t, err)
	return string(text)
}

// keyClient makes a client that signs with these keys.
func (x *fixture) keyClient(t testing.TB, signers ...signer) *ent.OAuthClient {
	t.Helper()
	set := jwks(t, signers...)
	p, err := x.CreateOAuthClient(x.operator, model.CreateOAuthClientInput{DirectoryID: x.staff.ID, Name: "Key pair", TokenLifetimeSeconds: 3600, Jwks: &set})
	check(t, err)
	return p.Client
}

func (x *fixture) assert(t testing.TB, assertion string) *httptest.ResponseRecorder {
	t.Helper()
	return x.post(t, url.Values{"grant_type": {"client_credentials"}, "client_assertion_type": {clientAssertion}, "client_assertion": {assertion}}, "", "")
}

func (x *fixture) claims(c *ent.OAuthClient, changes map[string]any) map[string]any {
	claims := map[string]any{
		"iss": c.ID.String(), "sub": c.ID.String(), "aud": oauth.TokenURL(baseURL), "jti": rand.Text(),
		"iat": x.Now().Unix(), "exp": x.Now().Add(5 * time.Minute).Unix(),
	}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return claims
}

func TestClientAuthenticatesWithItsKeyPair(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		r, e := newRSA(t, "rsa", 2048), newEC(t, "ec")
		c := x.keyClient(t, r, e)
		for _, s := range []signer{r, e} {
			once := s.sign(t, x.claims(c, nil))
			w := x.assert(t, once)
			if w.Code != 200 || x.get(t, "/v2", read(t, w).AccessToken) != 200 || x.reached.KeyID != c.ID {
				t.Errorf("%s: %d %s", s.alg, w.Code, w.Body)
			}
			if again := x.assert(t, once); again.Code != 401 {
				t.Errorf("%s: the same JWT again: %d", s.alg, again.Code)
			}
			grant := url.Values{"grant_type": {jwtBearer}, "assertion": {s.sign(t, x.claims(c, nil))}}
			if w := x.post(t, grant, "", ""); w.Code != 200 {
				t.Errorf("%s as grant: %d %s", s.alg, w.Code, w.Body)
			}
			if w := x.post(t, grant, "", ""); w.Code != 400 || read(t, w).Error != "invalid_grant" {
				t.Errorf("%s as grant again: %d %s", s.alg, w.Code, w.Body)
			}
		}
	})
}

// Authlib's JWTs are good for an hour. One that is good for longer is told so,
// but only to who has the client's key.
func TestLifeOfAClientsJWT(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := newRSA(t, "k", 2048)
		c := x.keyClient(t, s)
		hour := x.claims(c, map[string]any{"exp": x.Now().Add(time.Hour).Unix()})
		if w := x.assert(t, s.sign(t, hour)); w.Code != 200 {
			t.Errorf("an hour: %d %s", w.Code, w.Body)
		}
		for name, c := range map[string]struct {
			claims map[string]any
			want   string
		}{
			"good for two hours": {x.claims(c, map[string]any{"exp": x.Now().Add(2 * time.Hour).Unix()}), "3600 seconds"},
			"no jti":             {x.claims(c, map[string]any{"jti": nil}), "jti of 1 to 255"},
			"a long jti":         {x.claims(c, map[string]any{"jti": strings.Repeat("x", 256)}), "jti of 1 to 255"},
		} {
			text := s.sign(t, c.claims)
			x.clientAddress = fmt.Sprintf("203.0.113.%d:1", len(name)) // so that no guess is one too many
			if w := x.assert(t, text); w.Code != 401 || !strings.Contains(w.Body.String(), c.want) || read(t, w).Error != "invalid_client" {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
			grant := url.Values{"grant_type": {jwtBearer}, "assertion": {text}}
			if w := x.post(t, grant, "", ""); w.Code != 400 || !strings.Contains(w.Body.String(), c.want) || read(t, w).Error != "invalid_grant" {
				t.Errorf("%s as grant: %d %s", name, w.Code, w.Body)
			}
			if w := x.assert(t, newRSA(t, "k", 2048).sign(t, c.claims)); w.Code != 401 || strings.Contains(w.Body.String(), c.want) {
				t.Errorf("%s, signed by another: %d %s", name, w.Code, w.Body)
			}
		}
	})
}

// What keeps a JWT from being good again is there for as long as it would be.
func TestUsedJWTIsRememberedForItsLife(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := newRSA(t, "k", 2048)
		c := x.keyClient(t, s)
		x.advance(-time.Hour - time.Minute) // the purge goes by the real clock
		text := s.sign(t, x.claims(c, map[string]any{"exp": x.Now().Add(time.Hour + time.Minute).Unix()}))
		if w := x.assert(t, text); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		x.advance(time.Hour + time.Minute) // within the leeway
		if _, err := purge.New(x.db).Expired(t.Context()); err != nil {
			t.Fatal(err)
		}
		if w := x.assert(t, text); w.Code != 401 {
			t.Errorf("the same JWT again: %d %s", w.Code, w.Body)
		}
	})
}

// A client's own JWT may be meant for the token endpoint or for the issuer.
func TestAudiencesOfAClientsJWT(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := newRSA(t, "k", 2048)
		c := x.keyClient(t, s)
		for _, audience := range []any{oauth.TokenURL(baseURL), baseURL, []string{"https://elsewhere.test", baseURL}} {
			if w := x.assert(t, s.sign(t, x.claims(c, map[string]any{"aud": audience}))); w.Code != 200 {
				t.Errorf("meant for %v: %d %s", audience, w.Code, w.Body)
			}
		}
	})
}

// RFC 6749 §3.2: a parameter without a value is one that was left out.
func TestParametersWithoutValue(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := newRSA(t, "k", 2048)
		c := x.keyClient(t, s)
		grant := url.Values{"grant_type": {jwtBearer}, "assertion": {s.sign(t, x.claims(c, nil))}, "client_assertion": {""}, "client_secret": {""}, "scope": {""}}
		if w := x.post(t, grant, "", ""); w.Code != 200 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

func TestJWTsThatProveNothing(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := newRSA(t, "k", 2048)
		c, other := x.keyClient(t, s), x.keyClient(t, newRSA(t, "k", 2048))
		public, err := x509.MarshalPKIXPublicKey(&s.secret.(*rsa.PrivateKey).PublicKey)
		check(t, err)
		none := "eyJhbGciOiJub25lIn0." + "eyJpc3MiOiJ4In0" + "."
		for name, assertion := range map[string]string{
			"no signature":          none,
			"public key as HMAC":    signer{jose.HS256, "k", public}.sign(t, x.claims(c, nil)),
			"RS512":                 signer{jose.RS512, "k", s.secret}.sign(t, x.claims(c, nil)),
			"another's key":         newRSA(t, "k", 2048).sign(t, x.claims(c, nil)),
			"unknown kid":           signer{s.alg, "other", s.secret}.sign(t, x.claims(c, nil)),
			"in another's name":     s.sign(t, x.claims(other, nil)),
			"another subject":       s.sign(t, x.claims(c, map[string]any{"sub": other.ID.String()})),
			"other audience":        s.sign(t, x.claims(c, map[string]any{"aud": "https://elsewhere.test/token"})),
			"no audience":           s.sign(t, x.claims(c, map[string]any{"aud": nil})),
			"no end":                s.sign(t, x.claims(c, map[string]any{"exp": nil})),
			"expired":               s.sign(t, x.claims(c, map[string]any{"exp": x.Now().Add(-2 * time.Minute).Unix()})),
			"good for too long":     s.sign(t, x.claims(c, map[string]any{"exp": x.Now().Add(62 * time.Minute).Unix()})),
			"not yet good":          s.sign(t, x.claims(c, map[string]any{"nbf": x.Now().Add(2 * time.Minute).Unix()})),
			"no jti":                s.sign(t, x.claims(c, map[string]any{"jti": nil})),
			"no such client":        s.sign(t, x.claims(&ent.OAuthClient{ID: x.staff.ID}, nil)),
			"a client without keys": s.sign(t, x.claims(x.secretOnly(t), nil)),
		} {
			x.clientAddress = fmt.Sprintf("203.0.113.%d:1", len(name)) // so that no guess is one too many
			w := x.assert(t, assertion)
			if w.Code != 401 || read(t, w).Error != "invalid_client" {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
	})
}

func (x *fixture) secretOnly(t testing.TB) *ent.OAuthClient {
	c, _ := x.client(t, x.staff)
	return c
}

func TestParseKeys(t *testing.T) {
	t.Parallel()
	strong, weak := newRSA(t, "a", 2048), newRSA(t, "b", 1024)
	private, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: strong.secret, KeyID: "a"}}})
	check(t, err)
	keys, err := issuers.ParseKeys([]byte(jwks(t, strong, weak, newEC(t, "c"))))
	if err != nil || len(keys) != 2 {
		t.Errorf("%d keys, %v; want those that are strong enough", len(keys), err)
	}
	for name, text := range map[string]string{
		"nothing": "", "no set": "[]", "no keys": `{"keys":[]}`, "weak": jwks(t, weak), "private": string(private),
		"symmetric": `{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}`,
	} {
		if _, err := issuers.ParseKeys([]byte(text)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
