package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// contentTypes names the types of what a build emits. They are fixed here
// because mime.TypeByExtension also reads the machine's own tables.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".ttf":   "font/ttf",
	".woff2": "font/woff2",
}

// readPage returns a handler for the index.html of a build. Browsers ask for
// the page again each time, because it names the assets of the current build.
func readPage(dist fs.FS) http.Handler {
	content, err := fs.ReadFile(dist, "index.html")
	if err != nil {
		panic(err) // embedded, so a build without it does not compile
	}
	sum := sha256.Sum256(content)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("ETag", tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	})
}

// assets serves the files of a build by the path value "name". They are stored
// compressed, as NAME.gz. A name contains a hash of the content, so an answer
// never goes stale.
type assets struct{ dist fs.FS }

func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	contentType, known := contentTypes[path.Ext(name)]
	compressed, err := fs.ReadFile(a.dist, path.Join("assets", name+".gz"))
	if !known || err != nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", contentType)
	h.Set("Vary", "Accept-Encoding")
	if acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		h.Set("Content-Length", strconv.Itoa(len(compressed)))
		_, _ = w.Write(compressed)
		return
	}
	plain, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		http.Error(w, "unreadable asset", http.StatusInternalServerError)
		return
	}
	_, _ = io.Copy(w, plain)
}

// acceptsGzip reports whether the client accepts a compressed answer
// (RFC 9110 §12.5.3). A client that says nothing gets the plain form.
func acceptsGzip(r *http.Request) bool {
	accepted := false
	for _, field := range r.Header.Values("Accept-Encoding") {
		for entry := range strings.SplitSeq(field, ",") {
			coding, parameter, _ := strings.Cut(entry, ";")
			weight, weighted := strings.CutPrefix(strings.TrimSpace(parameter), "q=")
			q, err := strconv.ParseFloat(weight, 64)
			refused := weighted && (err != nil || q <= 0)
			switch strings.ToLower(strings.TrimSpace(coding)) {
			case "gzip":
				return !refused
			case "*":
				accepted = !refused
			}
		}
	}
	return accepted
}
