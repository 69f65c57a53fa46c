package server_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// endpoints is what a client learns of an installation that it knows only the
// URL of.
type endpoints struct {
	Resource string
	Servers  []string `json:"authorization_servers"`
	Token    string   `json:"token_endpoint"`
	Revoke   string   `json:"revocation_endpoint"`
	Grants   []string `json:"grant_types_supported"`
}

var metadataOf = regexp.MustCompile(`resource_metadata="([^"]+)"`)

// discover follows the answer to a request without a token (RFC 9728 §5).
func discover(t *testing.T, scim string) (e endpoints) {
	t.Helper()
	named := metadataOf.FindStringSubmatch(get(t, scim+"/Users", "").Header.Get("WWW-Authenticate"))
	if named == nil {
		t.Fatal("a request without a token is told of no metadata")
	}
	readJSON(t, named[1], &e)
	if e.Resource != scim || len(e.Servers) != 1 {
		t.Fatalf("metadata of the resource: %+v", e)
	}
	readJSON(t, e.Servers[0]+"/.well-known/oauth-authorization-server", &e)
	return e
}

func readJSON(t *testing.T, url string, v any) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if err := json.NewDecoder(r.Body).Decode(v); err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", url, r.StatusCode, err)
	}
}

// postForm sends a form, with Basic credentials unless id is empty.
func postForm(t *testing.T, to, id, secret string, form url.Values) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if id != "" {
		r.SetBasicAuth(id, secret)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// keyPair signs JWTs and publishes the key that verifies them.
type keyPair struct{ secret *ecdsa.PrivateKey }

func newKeyPair(t *testing.T) keyPair {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return keyPair{secret}
}

func (k keyPair) jwks() string {
	text, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: k.secret.Public(), KeyID: "k", Use: "sig"}}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func (k keyPair) sign(t *testing.T, issuer, subject, audience string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: k.secret, KeyID: "k"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: issuer, Subject: subject, Audience: jwt.Audience{audience}, ID: rand.Text(),
		Expiry: jwt.NewNumericDate(time.Now().Add(5 * time.Minute)),
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const issuer = "https://issuer.test"

// oauthClients are clients of one directory, one for each way to be one.
type oauthClients struct {
	withSecret, withKeys, federated string
	secret                          string
}

// makeClients makes the clients; keysAt is where the issuer publishes its keys.
func makeClients(t *testing.T, s *server.Server, keys keyPair, keysAt string) (c oauthClients) {
	t.Helper()
	ops, ctx := s.Operations(), viewer.WithOperator(t.Context())
	d := makeDirectory(t, ops, "harbor")
	create := func(in model.CreateOAuthClientInput) *model.CreateOAuthClientPayload {
		in.DirectoryID, in.Name, in.TokenLifetimeSeconds = d.ID, "client", 3600
		p, err := ops.CreateOAuthClient(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := create(model.CreateOAuthClientInput{WithSecret: true})
	c.withSecret, c.secret = p.Client.ID.String(), *p.ClientSecret
	set, public := keys.jwks(), "https://keys.test/jwks"
	c.withKeys = create(model.CreateOAuthClientInput{Jwks: &set}).Client.ID.String()
	federated := create(model.CreateOAuthClientInput{
		Federation: &model.OAuthFederationInput{Issuer: issuer, Audience: "feddir", Subject: "provisioning", JwksURI: &public},
	}).Client
	c.federated = federated.ID.String()
	trust(t, s, federated, keysAt)
	return c
}

// trust lets a client's issuer publish its keys where no operator could say so.
func trust(t *testing.T, s *server.Server, c *ent.OAuthClient, keysAt string) {
	t.Helper()
	err := s.DB().InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error {
		return s.DB().Client(ctx).OAuthClient.UpdateOneID(c.ID).SetFederationJwksURI(keysAt).Exec(ctx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A client that knows no more than the URL finds out where tokens come from,
// gets one in each way there is, uses SCIM with it and gives it back, which
// counts on another replica too.
func TestOAuthFromEndToEnd(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "feddir.db") },
		"postgres": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keys := newKeyPair(t)
			publisher := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, keys.jwks()) }))
			t.Cleanup(publisher.Close)
			database := patient(database(t))
			here, stop := serveOAuth(t, database)
			defer stop()
			elsewhere, stopElsewhere := serve(t, server.Config{Database: database})
			defer stopElsewhere()
			c := makeClients(t, here, keys, publisher.URL)
			at := discover(t, here.URL()+"/v2")
			for _, grant := range []string{"client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"} {
				if !slices.Contains(at.Grants, grant) {
					t.Errorf("%s is not published", grant)
				}
			}
			for way, form := range ways(t, c, keys, at.Token) {
				id, secret := "", ""
				if strings.HasPrefix(way, "header") {
					id, secret = c.withSecret, c.secret
				}
				token := fetchToken(t, way, at.Token, id, secret, form)
				if a, b := get(t, here.URL()+"/v2/Users", token).StatusCode, get(t, elsewhere.URL()+"/v2/Users", token).StatusCode; a != 200 || b != 200 {
					t.Errorf("%s: SCIM answers %d, and %d elsewhere", way, a, b)
				}
			}
			atBest(t, 2*time.Second, func() time.Duration { return untilRevokedElsewhere(t, c, at, here.URL(), elsewhere.URL()) })
		})
	}
}

// untilRevokedElsewhere revokes a token at one server and returns how long it
// goes on working at another.
func untilRevokedElsewhere(t *testing.T, c oauthClients, at endpoints, here, elsewhere string) time.Duration {
	t.Helper()
	token := fetchToken(t, "to revoke", at.Token, c.withSecret, c.secret, url.Values{"grant_type": {"client_credentials"}})
	get(t, elsewhere+"/v2/Users", token) // so that it is remembered there
	if status, body := postForm(t, at.Revoke, c.withSecret, c.secret, url.Values{"token": {token}}); status != 200 || body != "" {
		t.Errorf("revoking: %d %s", status, body)
	}
	revoked := time.Now()
	if got := get(t, here+"/v2/Users", token).StatusCode; got != 401 {
		t.Errorf("after revocation SCIM answers %d", got)
	}
	for get(t, elsewhere+"/v2/Users", token).StatusCode != 401 {
		if time.Since(revoked) > patience {
			t.Fatal("elsewhere the token goes on working")
		}
	}
	return time.Since(revoked)
}

// ways are the forms that get a token.
func ways(t *testing.T, c oauthClients, keys keyPair, tokenURL string) map[string]url.Values {
	const assertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	credentials := func(more url.Values) url.Values {
		more.Set("grant_type", "client_credentials")
		return more
	}
	return map[string]url.Values{
		"header":          credentials(url.Values{}),
		"body":            credentials(url.Values{"client_id": {c.withSecret}, "client_secret": {c.secret}}),
		"header and body": credentials(url.Values{"client_id": {c.withSecret}, "client_secret": {c.secret}}),
		"own JWT": credentials(url.Values{
			"client_assertion_type": {assertion}, "client_assertion": {keys.sign(t, c.withKeys, c.withKeys, tokenURL)},
		}),
		"own JWT as grant": {
			"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {keys.sign(t, c.withKeys, c.withKeys, tokenURL)},
		},
		"federation": credentials(url.Values{
			"client_id": {c.federated}, "scope": {"feddir/.default"},
			"client_assertion_type": {assertion}, "client_assertion": {keys.sign(t, issuer, "provisioning", "feddir")},
		}),
	}
}

func fetchToken(t *testing.T, way, endpoint, id, secret string, form url.Values) string {
	t.Helper()
	status, body := postForm(t, endpoint, id, secret, form)
	var issued struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(body), &issued); err != nil || status != 200 || issued.Token == "" {
		t.Fatalf("%s: %d %s", way, status, body)
	}
	return issued.Token
}

// serveOAuth is serve with keys of issuers taken from this machine too.
func serveOAuth(t *testing.T, database sqlconn.Config) (*server.Server, func()) {
	t.Helper()
	s, err := server.Open(t.Context(), server.Config{Listen: "127.0.0.1:0", Database: database, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	s.TakeKeysFromAnywhere()
	return s, run(t, s)
}
