package auth_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/internal/auth"
)

const (
	challengeWithout = `Bearer realm="feddir"`
	challengeWith    = `Bearer realm="feddir", error="invalid_token"`
)

// E-140: without a key there is nothing. What is wrong with the header is told,
// and is the same for a key that works and for one that nobody ever had.
func TestAuthorizationHeader(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		do := func(values ...string) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v2/Users", nil)
			r.Header["Authorization"] = values
			return s.do(r)
		}
		for _, value := range []string{"Bearer KEY", "bearer KEY", "BEARER   KEY"} {
			if w := do(strings.ReplaceAll(value, "KEY", x.directoryText)); w.Code != 200 {
				t.Errorf("%s: status %d", value, w.Code)
			}
		}
		unknown := auth.NewSecret(key.KindDIRECTORY).Reveal()
		for _, c := range wrongHeaders(x) {
			filled := func(secret string) (values []string) {
				for _, v := range c.values {
					v = strings.ReplaceAll(v, "BASE64", base64.StdEncoding.EncodeToString([]byte("entra:"+secret)))
					values = append(values, strings.ReplaceAll(v, "KEY", secret))
				}
				return values
			}
			s.refused = nil
			w, other := do(filled(x.directoryText)...), do(filled(unknown)...)
			if w.Code != 401 || s.reached != nil {
				t.Errorf("%s: status %d", c.name, w.Code)
			}
			if got := w.Header().Get("WWW-Authenticate"); got != c.challenge {
				t.Errorf("%s: challenge %s", c.name, got)
			}
			if body := w.Body.String(); !strings.Contains(body, c.hint) || strings.Contains(body, x.directoryText[4:12]) {
				t.Errorf("%s: the answer is %s", c.name, body)
			}
			if !reflect.DeepEqual(w.Result(), other.Result()) || w.Body.String() != other.Body.String() {
				t.Errorf("%s: the answer tells whether the key is known: %s, %s", c.name, w.Body, other.Body)
			}
			recorded := len(s.refused) == 1 && strings.HasPrefix(s.refused[0], x.directoryKey.ID.String()+" ") && strings.Contains(s.refused[0], c.hint)
			if recorded != c.recorded {
				t.Errorf("%s: recorded %q", c.name, s.refused)
			}
		}
	})
}

type wrongHeader struct {
	name, challenge, hint string
	recorded              bool
	values                []string // with KEY for a key
}

func wrongHeaders(x *fixture) []wrongHeader {
	const long = "longer than any key"
	return []wrongHeader{
		{"missing", challengeWithout, `no Authorization header; send "Authorization: Bearer fdk_…"`, false, nil},
		{"empty", challengeWithout, "is empty", false, []string{""}},
		{"scheme alone", challengeWithout, "no key after Bearer", false, []string{"Bearer"}},
		{"empty token", challengeWithout, "no key after Bearer", false, []string{"Bearer "}},
		{"blank token", challengeWithout, "no key after Bearer", false, []string{"Bearer  \t "}},
		{"Basic", challengeWithout, "is Basic, and must be Bearer", true, []string{"Basic KEY"}},
		{"Basic as it is meant", challengeWithout, "is Basic, and must be Bearer", true, []string{"basic BASE64"}},
		{"Token", challengeWithout, "is Token, and must be Bearer", true, []string{"token KEY"}},
		{"unknown scheme", challengeWithout, "must have the scheme Bearer", true, []string{"Secret KEY"}},
		{"no scheme", challengeWithout, "Bearer is missing", true, []string{"KEY"}},
		{"no scheme, no key", challengeWithout, "Bearer is missing", false, []string{"fdk_short"}},
		{"longer scheme", challengeWithout, "must be one space", true, []string{"Bearers KEY"}},
		{"colon", challengeWithout, "must be one space", true, []string{"Bearer: KEY"}},
		{"no blank", challengeWithout, "must be one space", true, []string{"BearerKEY"}},
		{"tab", challengeWithout, "must be one space", true, []string{"Bearer\tKEY"}},
		{"tab and space", challengeWith, "has more than the key", true, []string{"Bearer \tKEY"}},
		{"Bearer twice", challengeWith, "Bearer is there twice", true, []string{"Bearer Bearer KEY"}},
		{"bearer twice", challengeWith, "Bearer is there twice", true, []string{"Bearer bearer KEY"}},
		{"two headers", challengeWith, "more than one Authorization header", true, []string{"Bearer KEY", "Bearer KEY"}},
		{"second of another scheme", challengeWith, "more than one Authorization header", true, []string{"Bearer KEY", "Basic eDp5"}},
		{"two tokens", challengeWith, "has more than the key", true, []string{"Bearer KEY KEY"}},
		{"list", challengeWith, "has more than the key", true, []string{"Bearer KEY, Bearer KEY"}},
		{"trailing space", challengeWith, "has more than the key", true, []string{"Bearer KEY "}},
		{"quoted", challengeWith, "has more than the key", true, []string{`Bearer "KEY"`}},
		{"angle brackets", challengeWith, "has more than the key", true, []string{`Bearer <KEY>`}},
		{"cut off", challengeWith, "incomplete", false, []string{"Bearer fdk_0123456789"}},
		{"too long", challengeWith, long, false, []string{"Bearer " + strings.Repeat(" ", 512) + "KEY"}},
		{"very long", challengeWith, long, false, []string{"Bearer " + strings.Repeat("a", 1<<20)}},
		{"E-144 Entra's own token", challengeWith, "Secret Token is empty", false, []string{"Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6IngifQ." +
			"eyJhdWQiOiI4YWRmOGU2ZS02N2IyLTRjZjItYTI1OS1lM2RjNTQ3NmM2MjEiLCJpc3MiOiJodHRwczovL3N0cy53aW5kb3dzLm5ldC94LyJ9.c2ln"}},
		{"other token", challengeWith, "JSON Web Token", false, []string{"Bearer eyJhbGciOiJub25lIn0.e30."}},
		{"other text", challengeWith, "is not a key of this server", false, []string{"Bearer hunter2"}},
		{"other kind", challengeWith, "an API key (fda_…) does not open this; the key of a directory (fdk_…) is needed", false, []string{"Bearer " + x.apiText}},
		{"client's secret", challengeWith, "for the token endpoint", false, []string{"Bearer " + auth.NewSecret(key.KindCLIENT).Reveal()}},
		{"unknown key", challengeWith, "refused: \n", false, []string{"Bearer " + auth.NewSecret(key.KindDIRECTORY).Reveal()}},
	}
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
