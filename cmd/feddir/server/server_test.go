package server_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
)

// start serves a fresh installation until the test ends and returns its URL
// with the keys of a directory.
func start(t *testing.T) (url, directoryKey, apiKey string) {
	t.Helper()
	s, stop := serve(t, server.Config{Database: patient("sqlite:" + filepath.Join(t.TempDir(), "feddir.db"))})
	t.Cleanup(stop)
	k := makeKeys(t, s.Operations(), "harbor")
	return s.URL(), k.directory, k.api
}

// patient opens a database with times that no machine exceeds, also when it is
// busy and the race detector slows it down.
func patient(url string) sqlconn.Config {
	return sqlconn.Config{URL: url, StatementTimeout: time.Hour, LockTimeout: time.Hour, IdleInTxTimeout: time.Hour}
}

func get(t *testing.T, url, token string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	url, directoryKey, apiKey := start(t)
	for _, c := range []struct {
		path, token string
		status      int
	}{
		{"/livez", "", 204},
		{"/readyz", "", 204},
		{"/", "", 302},
		{"/playground", "", 200},
		{"/metrics", "", 404},
		{"/debug/pprof/", "", 404},
		{"/nowhere", "", 404},
		{"/v2", directoryKey, 200},
		{"/v2/", directoryKey, 200},
		{"/v2/Users", directoryKey, 200},
		{"/v2/Users/", directoryKey, 200},
		{"/v2//Users", directoryKey, 200},
		{"/v2/Users", "", 401},
		{"/v2/Users", apiKey, 401},
		{"/v2//Users", "", 401},
		{"/v2", "", 401},
		{"//v2/Users", "", 404},
		{"/%762/Users", "", 401},
		{"/v2/../v2/Users", "", 401},
		{"/graphql", "", 401},
		{"/graphql", directoryKey, 401},
		{"/graphql", apiKey, 422}, // without a query
	} {
		resp := get(t, url+c.path, c.token)
		for deadline := time.Now().Add(patience); resp.StatusCode == http.StatusServiceUnavailable && time.Now().Before(deadline); {
			resp = get(t, url+c.path, c.token) // a server that gets no time is not ready
		}
		if resp.StatusCode != c.status || resp.Header.Get("X-Request-Id") == "" {
			t.Errorf("GET %s: %d, want %d; request id %q", c.path, resp.StatusCode, c.status, resp.Header.Get("X-Request-Id"))
		}
	}
}

// A path that can be read in two ways is refused as its protocol refuses.
func TestPathsOfTwoMeanings(t *testing.T) {
	t.Parallel()
	url, directoryKey, apiKey := start(t)
	for _, c := range []struct{ path, token, mediaType string }{
		{"/v2/Users/%2e%2e", directoryKey, "application/scim+json"},
		{"/v2/Users/a%2Fb", directoryKey, "application/scim+json"},
		{"/v2/Users/%00", directoryKey, "application/scim+json"},
		{"/graphql/%2e%2e", apiKey, "application/graphql-response+json; charset=utf-8"},
	} {
		resp := get(t, url+c.path, c.token)
		if resp.StatusCode != 404 || resp.Header.Get("Content-Type") != c.mediaType {
			t.Errorf("GET %s: %d %s", c.path, resp.StatusCode, resp.Header.Get("Content-Type"))
		}
	}
}

func TestFailedStartIsAnError(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	sqlite := "sqlite:" + filepath.Join(t.TempDir(), "feddir.db")
	for name, cfg := range map[string]server.Config{
		"the address is taken":     {Listen: taken.Addr().String(), Database: sqlconn.Config{URL: sqlite}},
		"the ops address is taken": {Listen: "127.0.0.1:0", OpsListen: taken.Addr().String(), Database: sqlconn.Config{URL: sqlite}},
		"no such database":         {Listen: "127.0.0.1:0", Database: sqlconn.Config{URL: "postgres://nobody@127.0.0.1:1/nothing"}},
		"a short pepper":           {Listen: "127.0.0.1:0", Database: sqlconn.Config{URL: sqlite}, Pepper: []byte("short")},
	} {
		if s, err := server.Open(t.Context(), cfg); err == nil {
			s.Close()
			t.Errorf("%s: it started", name)
		}
	}
}

// A request may outlive its server: it is cut off after the time to stop, and
// runs on. It must find what it needs, and be told that the database is gone.
func TestRequestsThatOutliveTheServerAreAnswered(t *testing.T) {
	t.Parallel()
	s, err := server.Open(t.Context(), server.Config{
		Listen: "127.0.0.1:0", Database: patient("sqlite:" + filepath.Join(t.TempDir(), "feddir.db")), Log: zerolog.Nop(),
	})
	if err != nil {
		t.Fatal(err)
	}
	handler := s.Handler()
	s.Close()
	s.Close() // whoever called Serve may close, too
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("/readyz: %d", w.Code)
	}
}
