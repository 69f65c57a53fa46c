package oauth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/auth"
	"github.com/feddir/feddir/internal/auth/oauth"
)

const baseURL = "https://directory.test"

// fixture is an installation with a company that has two directories.
type fixture struct {
	*graph.Operations
	resolver      *graph.Resolver
	db            *entdb.DB
	operator      context.Context
	staff, guests *ent.Directory
	handler       http.Handler
	reached       *viewer.Viewer
	mu            sync.Mutex
	now           time.Time
	clientAddress string
	log           bytes.Buffer // of the authorization server; read when nothing is asked
}

func (x *fixture) Now() time.Time {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.now
}

func (x *fixture) advance(d time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.now = x.now.Add(d)
}

// each runs f on every database.
func each(t *testing.T, f func(t *testing.T, x *fixture)) {
	dbtest.Each(t, func(t *testing.T, url string) { f(t, newFixture(t, url)) })
}

func newFixture(t testing.TB, url string) *fixture {
	t.Helper()
	db, err := entdb.OpenCurrent(t.Context(), dbtest.Patient(url))
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	x := &fixture{db: db, operator: viewer.WithOperator(t.Context()), now: time.Now(), clientAddress: "203.0.113.7:1234"}
	a, err := auth.New(db, auth.Config{Now: x.Now})
	check(t, err)
	x.resolver = graph.New(db, graph.Config{BaseURL: baseURL, OnKeyChange: func(id uuid.UUID) { a.Forget(id) }})
	x.Operations = x.resolver.Operations()
	company, err := x.CreateCompany(x.operator, model.CreateCompanyInput{ShortName: "harbor", Name: "Harbor"})
	check(t, err)
	for name, d := range map[string]**ent.Directory{"Staff": &x.staff, "Guests": &x.guests} {
		p, err := x.CreateDirectory(x.operator, model.CreateDirectoryInput{CompanyID: &company.Company.ID, Name: name})
		check(t, err)
		*d = p.Directory
	}
	endpoint := oauth.New(db, oauth.Config{BaseURL: baseURL, Now: x.Now, InsecureKeyHosts: true, OnRevoke: a.Forget, Log: zerolog.New(zerolog.SyncWriter(&x.log))})
	x.handler = a.Wrap(auth.Routes{
		Surfaces:  surfaces(),
		Endpoints: []string{oauth.TokenPath, oauth.RevocationPath},
	}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case oauth.TokenPath:
			endpoint.ServeHTTP(w, r)
			return
		case oauth.RevocationPath:
			endpoint.Revoke(w, r)
			return
		}
		v, _ := viewer.FromContext(r.Context())
		x.reached = &v
	}))
	return x
}

func surfaces() []auth.Surface {
	refuse := func(w http.ResponseWriter, _ *http.Request, status int, _ string) { http.Error(w, "refused", status) }
	return []auth.Surface{
		{Path: "/v2", Kind: key.KindDIRECTORY, Source: viewer.SourceSCIM, Metadata: baseURL + oauth.SCIMResourcePath, Refuse: refuse},
		{Path: "/graphql", Kind: key.KindAPI, Source: viewer.SourceAPI, Refuse: refuse},
	}
}

// client makes a client of a directory, with a secret.
func (x *fixture) client(t testing.TB, d *ent.Directory) (*ent.OAuthClient, string) {
	t.Helper()
	p, err := x.CreateOAuthClient(x.operator, model.CreateOAuthClientInput{DirectoryID: d.ID, Name: "Entra", TokenLifetimeSeconds: 3600, WithSecret: true})
	check(t, err)
	return p.Client, *p.ClientSecret
}

// post sends a form to the token endpoint, with Basic credentials unless id is empty.
func (x *fixture) post(t testing.TB, form url.Values, id, secret string) *httptest.ResponseRecorder {
	t.Helper()
	r := x.request(t, form.Encode())
	if id != "" {
		r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
	}
	return x.do(r)
}

func (x *fixture) request(t testing.TB, body string) *http.Request {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, oauth.TokenPath, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = x.clientAddress
	return r
}

func (x *fixture) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	x.handler.ServeHTTP(w, r)
	return w
}

// answer is what the token endpoint says.
type answer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
	Scope       string `json:"scope"`
	Error       string `json:"error"`
}

func read(t testing.TB, w *httptest.ResponseRecorder) (a answer) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("status %d: %v in %s", w.Code, err, w.Body)
	}
	return a
}

var credentials = url.Values{"grant_type": {"client_credentials"}}

// token gets an access token.
func (x *fixture) token(t testing.TB, id uuid.UUID, secret string) string {
	t.Helper()
	w := x.post(t, credentials, id.String(), secret)
	if w.Code != http.StatusOK {
		t.Fatalf("no token: %d %s", w.Code, w.Body)
	}
	return read(t, w).AccessToken
}

// get asks with a bearer token, and tells the status.
func (x *fixture) get(t testing.TB, path, token string) int {
	t.Helper()
	x.reached = nil
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	return x.do(r).Code
}

func (x *fixture) write(t testing.TB, f func(context.Context, *ent.Client) error) {
	t.Helper()
	check(t, x.db.InTx(x.operator, func(ctx context.Context) error { return f(ctx, x.db.Client(ctx)) }))
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
