package server_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/auth"
)

// endpoint is the GraphQL endpoint of an installation with one company.
type endpoint struct {
	*testing.T
	handler http.Handler
	server  *server.Server
	company *model.CreateCompanyPayload
}

func newEndpoint(t *testing.T, cfg server.Config) *endpoint {
	t.Helper()
	cfg.Listen = "127.0.0.1:0"
	cfg.Database = patient("sqlite:" + filepath.Join(t.TempDir(), "feddir.db"))
	s, err := server.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	c, err := s.Operations().CreateCompany(viewer.WithOperator(t.Context()), model.CreateCompanyInput{ShortName: "harbor", Name: "Harbor"})
	if err != nil {
		t.Fatal(err)
	}
	return &endpoint{t, s.Handler(), s, c}
}

// key makes an API key and returns its secret.
func (e *endpoint) key(in model.CreateKeyInput) string {
	e.Helper()
	in.CompanyID, in.Name = &e.company.Company.ID, "app"
	p, err := e.server.Operations().CreateKey(viewer.WithOperator(e.Context()), in)
	if err != nil {
		e.Fatal(err)
	}
	return *p.AccessToken
}

// post sends a body with a secret, and what else headers say.
func (e *endpoint) post(secret, body string, headers ...string) (*httptest.ResponseRecorder, string) {
	e.Helper()
	r := httptest.NewRequestWithContext(e.Context(), http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+secret)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return e.do(r)
}

// do returns the answer and the code of its first error, which must tell the
// request's id.
func (e *endpoint) do(r *http.Request) (w *httptest.ResponseRecorder, code string) {
	e.Helper()
	w = httptest.NewRecorder()
	e.handler.ServeHTTP(w, r)
	var answer struct {
		Errors []struct {
			Extensions struct{ Code, RequestID string }
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		e.Fatalf("%d %s", w.Code, w.Body)
	}
	if len(answer.Errors) > 0 {
		code = answer.Errors[0].Extensions.Code
		if id := w.Header().Get("X-Request-Id"); id == "" || answer.Errors[0].Extensions.RequestID != id {
			e.Errorf("the error does not tell the request's id %q: %s", id, w.Body)
		}
	}
	return w, code
}

// unread is a body that nobody may look at.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, http.ErrBodyReadAfterClose
}

func (u unread) Close() error { return nil }

func TestGraphQLAuthenticatesBeforeItReads(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, server.Config{})
	for name, authorization := range map[string]string{
		"no key":         "",
		"not our key":    "Bearer fda_" + strings.Repeat("a", 49),
		"another scheme": "Basic YWRhOmFkYQ==",
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", unread{t})
		r.Header.Set("Content-Type", "application/json")
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		if w, code := e.do(r); w.Code != http.StatusUnauthorized || code != "UNAUTHENTICATED" || strings.Contains(w.Body.String(), `"data"`) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

// A WebSocket is told what is wrong with its key as a POST is, as far as that
// fits into the reason of a close.
func TestWebSocketIsToldWhatIsWrongWithItsKey(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, server.Config{})
	http := httptest.NewServer(e.handler)
	t.Cleanup(http.Close)
	for _, token := range []string{
		"", "hunter2", "Bearer x", "eyJhbGciOiJub25lIn0.e30.", "fda_0123456789", auth.NewSecret(key.KindAPI).Reveal(), auth.NewSecret(key.KindCLIENT).Reveal(),
	} {
		w, _ := e.post(token, `{}`)
		var answer struct{ Errors []struct{ Message string } }
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		_, err := connect(t.Context(), http.URL, token)
		closed, _ := errors.AsType[websocket.CloseError](err)
		reason := strings.TrimSuffix(closed.Reason, "…")
		if want := answer.Errors[0].Message; closed.Code != 4403 || !strings.HasPrefix(want, reason) || len(reason) < min(len(want), 100) {
			t.Errorf("%q: %v, want %s", token, err, want)
		}
	}
}

func TestGraphQLFromAnotherOrigin(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, server.Config{})
	const people = "https://people.example.com"
	listing := e.key(model.CreateKeyInput{Origins: []string{people}})
	const body = `{"query":"{viewer{kind}}"}`
	if w, _ := e.post(listing, body, "Origin", people); w.Code != 200 || w.Header().Get("Access-Control-Allow-Origin") != people {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	for name, c := range map[string][2]string{
		"an origin the key does not list": {listing, "https://evil.example"},
		"a key that lists none":           {e.key(model.CreateKeyInput{}), people},
	} {
		if w, _ := e.post(c[0], body, "Origin", c[1]); w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v", name, w.Header())
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodOptions, "/graphql", nil)
	r.Header.Set("Origin", people)
	r.Header.Set("Access-Control-Request-Method", http.MethodPost)
	w := httptest.NewRecorder()
	e.handler.ServeHTTP(w, r)
	if w.Code != http.StatusNoContent || w.Header().Get("Access-Control-Allow-Origin") != people {
		t.Errorf("preflight: %d %v", w.Code, w.Header())
	}
}

func TestTrustedDocuments(t *testing.T) {
	t.Parallel()
	const trusted = `{viewer{kind}}`
	digest := limits.Digest(sha256.Sum256([]byte(trusted)))
	documents := map[limits.Digest]string{digest: trusted}
	byHash := fmt.Sprintf(`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"%x"}}}`, digest)
	const other = `{"query":"{serverInfo{version}}"}`
	for name, c := range map[string]struct {
		only    bool // all keys
		keyOnly bool // this key
		other   string
	}{
		"any document":               {false, false, ""},
		"trusted ones for everybody": {true, false, "FORBIDDEN"},
		"trusted ones for the key":   {false, true, "FORBIDDEN"},
	} {
		e := newEndpoint(t, server.Config{TrustedDocuments: documents, TrustedOnly: c.only})
		secret := e.key(model.CreateKeyInput{TrustedDocumentsOnly: c.keyOnly})
		if w, code := e.post(secret, byHash); code != "" || !strings.Contains(w.Body.String(), "API_KEY") {
			t.Errorf("%s: by its hash: %d %s", name, w.Code, w.Body)
		}
		if w, code := e.post(secret, other); code != c.other {
			t.Errorf("%s: another document: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestGraphQLBudget(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, server.Config{Points: 20, Restore: 1})
	secret := e.key(model.CreateKeyInput{})
	const body = `{"query":"{viewer{rateLimit{limit cost remaining restoreRate}} companies(first:9){edges{node{id}}}}"}`
	w, code := e.post(secret, body)
	if want := `"rateLimit":{"limit":20,"cost":13,"remaining":7,"restoreRate":1}`; code != "" || !strings.Contains(w.Body.String(), want) {
		t.Errorf("want %s: %d %s", want, w.Code, w.Body)
	}
	w, code = e.post(secret, body)
	if w.Code != http.StatusTooManyRequests || code != "RATE_LIMITED" || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if w, code := e.post(e.key(model.CreateKeyInput{}), body); code != "" {
		t.Errorf("another key: %d %s", w.Code, w.Body)
	}
}
