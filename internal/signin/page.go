package signin

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
)

//go:embed pages assets
var files embed.FS

// policy is the Content-Security-Policy of the pages: nothing but their own files,
// and forms for this server.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// A message is a page about what went wrong, and an error to those who find it.
type message struct {
	status              int
	Title, Text, Advice string // in English; text.go has the other languages
	Link, LinkText      string
}

func (m *message) Error() string { return m.Title }

var (
	errNothingHere = &message{http.StatusNotFound, "There is nothing here", "The address is wrong, or the page has moved.", "", "/of", "Sign in"}
	linkOver       = &message{http.StatusNotFound, "This link is over", "It was used, it has ended, or it is incomplete. Links work once.", "Ask whoever sent it for another one.", "/of", "Sign in"}
	tooMany        = &message{http.StatusTooManyRequests, "Too many attempts", "Too many attempts from your network have failed.", "Wait a minute, then try again.", "", ""}
	crossOrigin    = &message{http.StatusForbidden, "This came from another page", "A page of another address sent this form, so nothing was done.", "Open this server's own page and try again.", "/of", "Sign in"}
	unavailable    = &message{http.StatusServiceUnavailable, "The server is busy", "It could not do this right now, and nothing was changed.", "Try again in a few seconds.", "", ""}
	badForm        = &message{http.StatusBadRequest, "The form could not be read", "The browser sent something that is no form of this page.", "Go back and try again.", "/of", "Sign in"}
	signedOut      = &message{http.StatusOK, "You are signed out", "The session on this device has ended.", "", "/of", "Sign in again"}
)

// pages are the templates of each language.
type pages struct {
	byLanguage map[string]*template.Template
	assets     assets
	version    string
	host       string // that people type before a short name
}

// assets are the files that pages load, by a name that has a digest of the content.
type assets map[string]asset

type asset struct {
	contentType string
	content     []byte
}

func newPages(cfg Config) pages {
	p := pages{byLanguage: make(map[string]*template.Template), assets: make(assets), version: cfg.Version}
	if u, err := url.Parse(cfg.BaseURL); err == nil {
		p.host = u.Host + u.Path
	}
	names := p.assets.read()
	for language := range languages {
		p.byLanguage[language] = template.Must(template.New("").Funcs(template.FuncMap{
			"t":       func(text string) string { return translate(language, text) },
			"asset":   func(name string) string { return "/signin/assets/" + names[name] },
			"lang":    func() string { return language },
			"version": func() string { return p.version },
			"host":    func() string { return p.host },
		}).ParseFS(files, "pages/*.html"))
	}
	return p
}

var contentTypes = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// read reads the embedded files, and returns under which name each is served.
func (a assets) read() map[string]string {
	names := make(map[string]string)
	entries, err := fs.ReadDir(files, "assets")
	if err != nil {
		panic(err) // embedded, so a build without it does not compile
	}
	for _, e := range entries {
		content, err := fs.ReadFile(files, path.Join("assets", e.Name()))
		if err != nil {
			panic(err)
		}
		ext := path.Ext(e.Name())
		sum := sha256.Sum256(content)
		name := strings.TrimSuffix(e.Name(), ext) + "-" + hex.EncodeToString(sum[:6]) + ext
		names[e.Name()] = name
		a[name] = asset{contentTypes[ext], content}
	}
	return names
}

func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found, ok := a[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", found.contentType)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(found.content)
}

// write answers with a page.
func (p pages) write(w http.ResponseWriter, r *http.Request, status int, page string, data any) error {
	var text bytes.Buffer
	if err := p.byLanguage[languageOf(r)].ExecuteTemplate(&text, page+".html", data); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Add("Vary", "Accept-Language")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes())
	return nil
}

func (p pages) message(w http.ResponseWriter, r *http.Request, status int, m *message) {
	if err := p.write(w, r, status, "message", m); err != nil {
		http.Error(w, m.Title, status)
	}
}
