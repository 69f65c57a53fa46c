package signin

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/session"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/account"
	"github.com/feddir/feddir/internal/auth"
)

// companyCookie remembers which company was signed in to last.
const companyCookie = "__Host-feddir_company"

const aYear = 365 * 24 * time.Hour

// startSession makes a session of an account in the transaction of ctx.
func (h *Handler) startSession(ctx context.Context, r *http.Request, a *ent.Account, method session.Method) (auth.Secret, *ent.Session, error) {
	return h.cfg.Sessions.Start(ctx, a, account.SignIn{
		Method: method, Address: h.cfg.Proxies.Client(r).String(), Agent: auth.Agent(r), AuthenticatedAt: schematype.Now(),
	})
}

// signedIn gives the browser its new session, and ends the one it had before: an
// id that somebody else may have put there is never signed in.
func (h *Handler) signedIn(w http.ResponseWriter, r *http.Request, secret auth.Secret, shortName string) {
	if before, ok, err := h.cfg.Auth.Session(r); ok && err == nil {
		if err := h.cfg.Sessions.End(r.Context(), before.CompanyID, before.SessionID); err != nil {
			h.cfg.Log.Error().Stringer("session_id", before.SessionID).Msg("the session before a sign-in could not be ended")
		}
	}
	auth.SetSession(w, secret)
	http.SetCookie(w, newCookie(companyCookie, url.QueryEscape(shortName), aYear))
}

// newCookie returns a cookie of the pages; one that is older than a negative time
// is deleted.
func newCookie(name, value string, lasts time.Duration) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(lasts.Seconds()), Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// lastCompany is the short name of the company that the browser signed in to last.
func lastCompany(r *http.Request) string {
	c, err := r.Cookie(companyCookie)
	if err != nil {
		return ""
	}
	name, err := url.QueryUnescape(c.Value)
	if err != nil || schematype.IsShortName(name) != nil {
		return ""
	}
	return name
}

// insecure reports whether browsers keep no session of this server: it is reached
// over plain HTTP from another machine.
func (h *Handler) insecure(r *http.Request) bool {
	if strings.HasPrefix(h.cfg.BaseURL, "https:") || r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		return false
	}
	host := (&url.URL{Host: r.Host}).Hostname()
	return host != "localhost" && host != "127.0.0.1" && host != "::1" && !strings.HasSuffix(host, ".localhost")
}

func (h *Handler) askSignOut(w http.ResponseWriter, r *http.Request) error {
	return h.pages.write(w, r, http.StatusOK, "signout", nil)
}

// signOut ends the session of the browser.
func (h *Handler) signOut(w http.ResponseWriter, r *http.Request) error {
	v, ok, err := h.cfg.Auth.Session(r)
	if err != nil {
		return err
	}
	if ok {
		if err := h.cfg.Sessions.End(r.Context(), v.CompanyID, v.SessionID); err != nil {
			return err
		}
	}
	auth.ClearSession(w)
	w.Header().Set("Clear-Site-Data", `"cache"`)
	return h.pages.write(w, r, http.StatusOK, "message", signedOut)
}
