package auth_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/feddir/feddir/internal/auth"
)

const (
	challengeWithout = `Bearer realm="feddir"`
	challengeWith    = `Bearer realm="feddir", error="invalid_token"`
)

// E-140: without a key there is nothing, and all that is wrong looks alike.
func TestAuthorizationHeader(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		good := x.directoryText
		do := func(values ...string) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v2/Users", nil)
			r.Header["Authorization"] = values
			return s.do(r)
		}
		for _, value := range []string{"Bearer " + good, "bearer " + good, "BEARER   " + good} {
			if w := do(value); w.Code != 200 {
				t.Errorf("%.12q…: status %d", value, w.Code)
			}
		}
		body := do().Body.String()
		for _, c := range []struct {
			name, challenge string
			values          []string
		}{
			{"missing", challengeWithout, nil},
			{"empty", challengeWithout, []string{""}},
			{"scheme alone", challengeWithout, []string{"Bearer"}},
			{"empty token", challengeWithout, []string{"Bearer "}},
			{"blank token", challengeWithout, []string{"Bearer  \t "}},
			{"other scheme", challengeWithout, []string{"Basic " + good}},
			{"no scheme", challengeWithout, []string{good}},
			{"longer scheme", challengeWithout, []string{"Bearers " + good}},
			{"tab", challengeWithout, []string{"Bearer\t" + good}},
			{"tab and space", challengeWith, []string{"Bearer \t" + good}},
			{"two headers", challengeWith, []string{"Bearer " + good, "Bearer " + good}},
			{"second of another scheme", challengeWith, []string{"Bearer " + good, "Basic eDp5"}},
			{"two tokens", challengeWith, []string{"Bearer " + good + " " + good}},
			{"list", challengeWith, []string{"Bearer " + good + ", Bearer " + good}},
			{"trailing space", challengeWith, []string{"Bearer " + good + " "}},
			{"quoted", challengeWith, []string{`Bearer "` + good + `"`}},
			{"too long", challengeWith, []string{"Bearer " + strings.Repeat(" ", 512) + good}},
			{"very long", challengeWith, []string{"Bearer " + strings.Repeat("a", 1<<20)}},
			{"E-144 Entra's own token", challengeWith, []string{"Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6IngifQ." +
				"eyJhdWQiOiI4YWRmOGU2ZS02N2IyLTRjZjItYTI1OS1lM2RjNTQ3NmM2MjEiLCJpc3MiOiJodHRwczovL3N0cy53aW5kb3dzLm5ldC94LyJ9.c2ln"}},
			{"other token", challengeWith, []string{"Bearer eyJhbGciOiJub25lIn0.e30."}},
			{"other kind", challengeWith, []string{"Bearer " + x.apiText}},
		} {
			w := do(c.values...)
			if w.Code != 401 || s.reached != nil {
				t.Errorf("%s: status %d", c.name, w.Code)
			}
			if got := w.Header().Get("WWW-Authenticate"); got != c.challenge {
				t.Errorf("%s: challenge %s", c.name, got)
			}
			if w.Body.String() != body {
				t.Errorf("%s: the answer tells what was wrong", c.name)
			}
		}
	})
}

// Whatever spelling of a path it is, nobody comes in without a key.
func TestNoPathLeadsAroundAuth(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		for _, target := range paths() {
			for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "get", "X"} {
				r := &http.Request{Method: method, URL: target.URL, Header: http.Header{}, RemoteAddr: "192.0.2.1:1"}
				w := s.do(r.WithContext(t.Context()))
				if s.reached != nil || w.Code != 401 && w.Code != 404 {
					t.Errorf("%s %s: status %d", method, target.URL.EscapedPath(), w.Code)
				}
			}
		}
	})
}

// The wrong key is no key, whatever the path is spelled like.
func TestNoPathLeadsToTheOtherSurface(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		for _, target := range paths() {
			for _, token := range []string{x.directoryText, x.apiText} {
				target.Header.Set("Authorization", "Bearer "+token)
				s.do(target.WithContext(t.Context()))
				if s.reached == nil {
					continue
				}
				scim := strings.HasPrefix(target.URL.Path, "/v2") && !strings.Contains(target.URL.Path, "..")
				if scim != (token == x.directoryText) {
					t.Errorf("%s was reached with a %.4s… key", target.URL.EscapedPath(), token)
				}
			}
		}
	})
}

// paths are requests for spellings of guarded paths.
func paths() []*http.Request {
	var all []*http.Request
	for _, p := range []string{
		"/v2", "/v2/", "/v2/Users", "/v2//Users", "/v2/Users/", "//v2/Users", "/v2/./Users", "/v2/../v2/Users",
		"/livez/../v2/Users", "/playground/../v2/Users", "/playground/../graphql", "/playground/%2e%2e/graphql",
		"/playground/..%2fgraphql", "/playground%2f..%2fgraphql", "/playground/%2E%2E%2Fgraphql", "/playground//../graphql",
		"/v2/../graphql", "/v2/%2e%2e/graphql", "/v2/..%2fgraphql", "/v2%2fUsers", "/v2%2FUsers", "/%762/Users",
		"/v2/%55sers", "/v2/%2555sers", "/%2576%2532/Users", "/V2/Users", "/v2;x/Users", "/v2/Users;x", "/v2/Users%00",
		"/v2%00/Users", `/v2\Users`, "/v2/%5c..%5cgraphql", "/graphql", "/graphql/", "//graphql", "/graphql/../v2/Users",
		"/./graphql", "/GraphQL", "/%67raphql", "/graphql%20", "/graphql%3f", "/livez/", "/livez/x", "//livez",
		"/livez%2f", "/%6civez", "/playground/%61", "/%6civez%2f", "/livez/..", "/playground/./x", "/playground//x", "/playground/%2e/x", "/", "", "/metrics", "/debug/pprof/",
	} {
		r, err := http.NewRequest(http.MethodGet, "http://feddir.example"+p, nil)
		if err != nil {
			panic(err)
		}
		all = append(all, r)
	}
	return all
}

func TestPublicPathsNeedNoKey(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		for _, p := range []string{"/livez", "/playground", "/playground/", "/playground/assets/index.js"} {
			for method, want := range map[string]int{"GET": 200, "HEAD": 200, "POST": 404} {
				if w := s.do(httptest.NewRequestWithContext(t.Context(), method, p, nil)); w.Code != want {
					t.Errorf("%s %s: status %d", method, p, w.Code)
				}
			}
		}
	})
}

func FuzzAuthorization(f *testing.F) {
	x := newFixture(f, "sqlite:"+filepath.Join(f.TempDir(), "fuzz.db"))
	s := x.serve(f, auth.Config{})
	good := x.directoryText
	f.Add("/v2/Users", "Bearer "+good, "")
	f.Add("/v2/Users", "Bearer", "Bearer x")
	f.Add("/playground/../v2", "Basic eDp5", "")
	f.Fuzz(func(t *testing.T, path, first, second string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
		r.URL.Path, r.Header["Authorization"] = path, []string{first, second}
		if second == "" {
			r.Header["Authorization"] = []string{first}
		}
		if s.do(r); s.reached != nil && (second != "" || !strings.HasSuffix(first, " "+good)) {
			t.Errorf("reached %q with %q, %q", path, first, second)
		}
	})
}
