package console

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed app/dist/index.html app/dist/assets playground/dist/index.html playground/dist/assets
var built embed.FS

// appPolicy is the Content-Security-Policy of the console: nothing but its own
// files and the API of its own origin, and no text becomes markup or script.
const appPolicy = "default-src 'none'; " +
	"script-src 'self'; " +
	"style-src 'self'; " +
	"img-src 'self' data:; " +
	"font-src 'self'; " +
	"connect-src 'self'; " +
	"base-uri 'none'; " +
	"form-action 'self'; " +
	"frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; " +
	"trusted-types 'none'"

// App serves the console: its page at every path below /console/, which the page
// itself tells apart, and what it loads at /console/assets/. It answers GET and
// HEAD. The page holds no data; it asks the GraphQL endpoint of its own origin, with
// the session of the browser.
func App() http.Handler {
	dist, err := fs.Sub(built, "app/dist")
	if err != nil {
		panic(err) // the path is a constant of this file
	}
	mux := http.NewServeMux()
	mux.Handle("GET /console/", readPage(dist))
	mux.Handle("GET /console", http.RedirectHandler("/console/", http.StatusPermanentRedirect))
	mux.Handle("GET /console/assets/{name}", assets{dist})
	return secured(mux, appPolicy)
}

// playgroundPolicy is the Content-Security-Policy of the playground. Styles
// may be inline because the Monaco editor writes its own at run time; scripts
// may not, and everything comes from the own origin.
const playgroundPolicy = "default-src 'none'; " +
	"script-src 'self'; " +
	"worker-src 'self'; " +
	"style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; " +
	"font-src 'self' data:; " +
	"connect-src 'self'; " +
	"base-uri 'none'; " +
	"form-action 'none'; " +
	"frame-ancestors 'none'"

// Playground serves GraphiQL for the GraphQL endpoint at /graphql of the same
// origin: the page at /playground and what it loads at /playground/assets/. It
// answers GET and HEAD. The page holds no data; it asks for an access token.
func Playground() http.Handler {
	dist, err := fs.Sub(built, "playground/dist")
	if err != nil {
		panic(err) // the path is a constant of this file
	}
	page := readPage(dist)
	mux := http.NewServeMux()
	mux.Handle("GET /playground", page)
	mux.Handle("GET /playground/{$}", http.RedirectHandler("/playground", http.StatusPermanentRedirect))
	mux.Handle("GET /playground/assets/{name}", assets{dist})
	return secured(mux, playgroundPolicy)
}

// secured adds the headers that every answer carries, errors included.
func secured(next http.Handler, policy string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}
