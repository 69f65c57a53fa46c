package signin

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/account"
	"github.com/feddir/feddir/internal/auth"
	"github.com/feddir/feddir/internal/oidc"
	"github.com/feddir/feddir/internal/passkey"
	"github.com/feddir/feddir/internal/token"
)

// Config is what the pages work with.
type Config struct {
	BaseURL    string // how browsers reach the server, without a trailing slash
	Version    string // of the program
	Pepper     []byte // of the digests of secrets; see auth.Config
	DB         *entdb.DB
	Operations *graph.Operations
	Accounts   account.Accounts
	Sessions   account.Sessions
	Auth       *auth.Authenticator
	Proxies    auth.Proxies
	OIDC       *oidc.Client
	Sealer     *token.Sealer // of what browsers carry through a sign-in
	Log        zerolog.Logger
	Now        func() time.Time
}

// Handler serves the pages. Safe for concurrent use.
type Handler struct {
	cfg      Config
	passkeys *passkey.RP // nil where passkeys do not work
	pages    pages
	attempts attempts
	mux      *http.ServeMux
}

// Trees are the paths below which the handler answers every method.
var Trees = []string{"/setup/", "/of/", "/link/", "/invitation/", "/signin/"}

// Paths are the other paths that it answers.
var Paths = []string{"/of", "/signout"}

// maxBody is the largest body of a request, in bytes.
const maxBody = 128 << 10

// New returns the pages.
func New(cfg Config) *Handler {
	cfg.BaseURL = named(cfg.BaseURL)
	h := &Handler{cfg: cfg, pages: newPages(cfg), attempts: newAttempts(cfg.Now), mux: http.NewServeMux()}
	var err error
	if h.passkeys, err = passkey.New(cfg.BaseURL, "feddir", cfg.Now); err != nil {
		cfg.Log.Warn().Str("url", cfg.BaseURL).Msg("passkeys do not work at this address: they need https and a host name, or localhost")
	}
	h.mux.HandleFunc("GET /signin/passkey", h.page(h.showEnrolment))
	h.mux.HandleFunc("POST /signin/passkey/{kind}/begin", h.api(h.beginCeremony))
	h.mux.HandleFunc("POST /signin/passkey/{kind}/finish", h.api(h.finishCeremony))
	h.mux.HandleFunc("GET /setup/{secret}", h.page(h.showSetup))
	h.mux.HandleFunc("POST /setup/{secret}", h.page(h.setUp))
	h.mux.HandleFunc("GET /of", h.page(h.askCompany))
	h.mux.HandleFunc("POST /of", h.page(h.chooseCompany))
	h.mux.HandleFunc("GET /of/{company}", h.page(h.showCompany))
	h.mux.HandleFunc("GET /of/{company}/with/{provider}", h.page(h.beginProvider))
	h.mux.HandleFunc("GET "+account.CallbackPath, h.page(h.finishProvider))
	h.mux.HandleFunc("GET /signin/again", h.page(h.askAgain))
	h.mux.HandleFunc("GET /signin/again/{provider}", h.page(h.beginAgain))
	h.mux.HandleFunc("GET /invitation/{secret}", h.page(h.showInvitation))
	h.mux.HandleFunc("POST /invitation/{secret}", h.page(h.acceptWithPasskey))
	h.mux.HandleFunc("GET /invitation/{secret}/with/{provider}", h.page(h.acceptWithProvider))
	h.mux.HandleFunc("GET /link/{secret}", h.page(h.showLink))
	h.mux.HandleFunc("POST /link/{secret}", h.page(h.followLink))
	h.mux.HandleFunc("GET /signout", h.page(h.askSignOut))
	h.mux.HandleFunc("POST /signout", h.page(h.signOut))
	h.mux.Handle("GET /signin/assets/{name}", h.pages.assets)
	h.mux.HandleFunc("/", h.page(func(http.ResponseWriter, *http.Request) error { return errNothingHere }))
	return h
}

// ServeHTTP answers a request. Pages of other origins can send none that changes
// something.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Referrer-Policy", "no-referrer") // addresses have secrets
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	if err := protection.Check(r); err != nil {
		h.attempts.log(h, r, "a page of another origin sent a form")
		h.pages.message(w, r, http.StatusForbidden, crossOrigin)
		return
	}
	if to := h.elsewhere(r); to != "" {
		http.Redirect(w, r, to, http.StatusTemporaryRedirect)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	h.mux.ServeHTTP(w, r)
}

// protection refuses what pages of other origins make browsers send.
var protection http.CrossOriginProtection

// page answers with what f writes, or with a page about its error.
func (h *Handler) page(f func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(viewer.WithSystem(r.Context(), viewer.SignIn))
		err := f(w, r)
		if err == nil {
			return
		}
		if m, ok := errors.AsType[*message](err); ok {
			h.pages.message(w, r, m.status, m)
			return
		}
		h.logError(r, err)
		w.Header().Set("Retry-After", "5")
		h.pages.message(w, r, http.StatusServiceUnavailable, unavailable)
	}
}

func (h *Handler) logError(r *http.Request, err error) {
	if r.Context().Err() == nil {
		h.cfg.Log.Error().Str("request_id", viewer.RequestID(r.Context())).Str("error", sqlconn.Detail(err)).Msg("a sign-in page failed")
	}
}

// named is a base URL with the name of this machine in place of its address, which
// passkeys cannot be bound to.
func named(baseURL string) string {
	u, err := url.Parse(baseURL)
	if err != nil || u.Hostname() != "127.0.0.1" && u.Hostname() != "::1" {
		return baseURL
	}
	u.Host = strings.TrimSuffix("localhost:"+u.Port(), ":")
	return u.String()
}

// elsewhere is where a page is to be opened instead, or "": under the name of this
// machine, to which its cookies and passkeys are bound.
func (h *Handler) elsewhere(r *http.Request) string {
	asked := &url.URL{Scheme: "http", Host: r.Host}
	if r.Method != http.MethodGet || named(asked.String()) == asked.String() || !strings.HasPrefix(h.cfg.BaseURL, "http://localhost") {
		return ""
	}
	return named(asked.String()) + r.URL.RequestURI()
}

// digest returns the digest of the secret in the path of a request, or nil for
// what is no secret of this kind.
func (h *Handler) digest(r *http.Request, kind key.Kind) []byte {
	s, got, err := auth.Parse(r.PathValue("secret"))
	if err != nil || got != kind {
		return nil
	}
	return s.Digest(h.cfg.Pepper)
}

// local returns the path of our own that a browser is to go to afterwards: what a
// link asks for if it is one of the console or the playground, else the console.
func local(asked string) string {
	const console = "/console/"
	u, err := url.Parse(asked)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || strings.ContainsAny(asked, "\\\r\n\t") {
		return console
	}
	if path.Clean("/"+u.Path+"/.") != strings.TrimSuffix(u.Path, "/") || !strings.HasPrefix(u.Path, console) && u.Path != "/playground" {
		return console
	}
	return asked
}
