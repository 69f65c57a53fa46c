package console_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/feddir/feddir/console"
)

func TestPageHeaders(t *testing.T) {
	t.Parallel()
	res := request(t, http.MethodGet, "/playground", "gzip")
	wantStatus(t, res, http.StatusOK)
	wantHeader(t, res, "Content-Type", "text/html; charset=utf-8")
	wantHeader(t, res, "Cache-Control", "no-cache")
	wantHeader(t, res, "X-Content-Type-Options", "nosniff")
	wantHeader(t, res, "Referrer-Policy", "no-referrer")
	if !strings.Contains(body(t, res), "<title>feddir playground</title>") {
		t.Error("the page has another title")
	}
}

func TestPolicyForbidsInlineScriptsAndFrames(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/playground", "/playground/assets/none.js", anAsset(t, ".js")} {
		directives := policy(request(t, http.MethodGet, target, ""))
		for name, want := range map[string]string{
			"default-src":     "'none'",
			"script-src":      "'self'",
			"connect-src":     "'self'",
			"frame-ancestors": "'none'",
			"base-uri":        "'none'",
		} {
			if got := directives[name]; got != want {
				t.Errorf("%s: %s = %q, want %q", target, name, got, want)
			}
		}
	}
}

func TestPageNamesOnlyOwnAssets(t *testing.T) {
	t.Parallel()
	page := body(t, request(t, http.MethodGet, "/playground", ""))
	references := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(references) == 0 {
		t.Fatal("the page loads nothing")
	}
	for _, reference := range references {
		target := reference[1]
		if strings.HasPrefix(target, "data:") {
			continue
		}
		if !strings.HasPrefix(target, "/playground/assets/") {
			t.Errorf("the page refers to %s", target)
			continue
		}
		wantStatus(t, request(t, http.MethodGet, target, "gzip"), http.StatusOK)
	}
}

func TestUnchangedPageIsNotSentAgain(t *testing.T) {
	t.Parallel()
	first := request(t, http.MethodGet, "/playground", "")
	again := httptest.NewRequest(http.MethodGet, "/playground", nil)
	again.Header.Set("If-None-Match", first.Header.Get("ETag"))
	wantStatus(t, serve(again), http.StatusNotModified)
}

func TestAssetTypes(t *testing.T) {
	t.Parallel()
	for ext, want := range map[string]string{
		".js":  "text/javascript; charset=utf-8",
		".css": "text/css; charset=utf-8",
		".ttf": "font/ttf",
	} {
		res := request(t, http.MethodGet, anAsset(t, ext), "gzip")
		wantStatus(t, res, http.StatusOK)
		wantHeader(t, res, "Content-Type", want)
		wantHeader(t, res, "Cache-Control", "public, max-age=31536000, immutable")
		wantHeader(t, res, "Vary", "Accept-Encoding")
	}
}

func TestEveryBuiltAssetIsServed(t *testing.T) {
	t.Parallel()
	for _, name := range builtAssets(t, "") {
		wantStatus(t, request(t, http.MethodGet, name, "gzip"), http.StatusOK)
	}
}

func TestCompressionFollowsAcceptEncoding(t *testing.T) {
	t.Parallel()
	asset := anAsset(t, ".js")
	packed := request(t, http.MethodGet, asset, "gzip")
	wantHeader(t, packed, "Content-Encoding", "gzip")
	reader, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	want, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	for accept, encoding := range map[string]string{
		"":                     "",
		"br":                   "",
		"gzip;q=0":             "",
		"gzip; q=0.000, *":     "",
		"*;q=0":                "",
		"gzip;q=nonsense":      "",
		"*":                    "gzip",
		"br, GZIP;q=0.5":       "gzip",
		"gzip, deflate, br":    "gzip",
		"*;q=0, gzip;q=1, br":  "gzip",
		"identity, gzip; q=.1": "gzip",
	} {
		res := request(t, http.MethodGet, asset, accept)
		if got := res.Header.Get("Content-Encoding"); got != encoding {
			t.Errorf("Accept-Encoding %q: answered %q, want %q", accept, got, encoding)
		}
		if encoding == "" && !bytes.Equal([]byte(body(t, res)), want) {
			t.Errorf("Accept-Encoding %q: the plain form differs from the compressed one", accept)
		}
	}
}

func TestUnknownPathsAreNotThePage(t *testing.T) {
	t.Parallel()
	for _, target := range []string{
		"/playground/assets/none.js",
		"/playground/assets/",
		"/playground/assets/index.html",
		"/playground/assets/..%2findex.html",
		"/playground/assets/..%2f..%2f..%2fconsole.go",
		anAsset(t, ".js") + ".gz",
		"/playground/other",
		"/playgrounds",
		"/",
	} {
		wantStatus(t, request(t, http.MethodGet, target, "gzip"), http.StatusNotFound)
	}
}

func TestTrailingSlashLeadsToThePage(t *testing.T) {
	t.Parallel()
	res := request(t, http.MethodGet, "/playground/", "")
	wantStatus(t, res, http.StatusPermanentRedirect)
	wantHeader(t, res, "Location", "/playground")
}

func TestOnlyReading(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/playground", anAsset(t, ".css")} {
		head := request(t, http.MethodHead, target, "gzip")
		wantStatus(t, head, http.StatusOK)
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
			res := request(t, method, target, "")
			wantStatus(t, res, http.StatusMethodNotAllowed)
			wantHeader(t, res, "Allow", "GET, HEAD")
		}
	}
}

func request(t *testing.T, method, target, acceptEncoding string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	if acceptEncoding != "" {
		r.Header.Set("Accept-Encoding", acceptEncoding)
	}
	return serve(r)
}

func serve(r *http.Request) *http.Response {
	recorder := httptest.NewRecorder()
	console.Playground().ServeHTTP(recorder, r)
	return recorder.Result()
}

// anAsset returns the path of one asset of the committed build.
func anAsset(t *testing.T, ext string) string {
	t.Helper()
	names := builtAssets(t, ext)
	if len(names) == 0 {
		t.Fatalf("the build has no %s", ext)
	}
	return names[0]
}

func builtAssets(t *testing.T, ext string) []string {
	t.Helper()
	files, err := os.ReadDir("playground/dist/assets")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		name, packed := strings.CutSuffix(file.Name(), ".gz")
		if !packed {
			t.Errorf("%s is not compressed", file.Name())
		}
		if ext == "" || filepath.Ext(name) == ext {
			names = append(names, "/playground/assets/"+name)
		}
	}
	return names
}

func policy(res *http.Response) map[string]string {
	directives := map[string]string{}
	for directive := range strings.SplitSeq(res.Header.Get("Content-Security-Policy"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), " ")
		directives[name] = value
	}
	return directives
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func wantStatus(t *testing.T, res *http.Response, want int) {
	t.Helper()
	if res.StatusCode != want {
		t.Errorf("status = %d, want %d", res.StatusCode, want)
	}
}

func wantHeader(t *testing.T, res *http.Response, name, want string) {
	t.Helper()
	if got := res.Header.Get(name); got != want {
		t.Errorf("%s = %q, want %q", name, got, want)
	}
}

func TestConsoleAnswersForEveryPath(t *testing.T) {
	t.Parallel()
	app := console.App()
	for path, status := range map[string]int{
		"/console/": 200, "/console/people/x": 200, "/console/directories/1/log?q=a": 200, "/console": 308, "/console/assets/none.js": 404,
	} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != status {
			t.Errorf("%s: %d, want %d", path, w.Code, status)
		}
		if policy := w.Header().Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.Contains(policy, "require-trusted-types-for") {
			t.Errorf("%s: %s", path, policy)
		}
	}
}
