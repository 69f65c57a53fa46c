package signin

import (
	"context"
	"net/http"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/identity"
	"github.com/feddir/feddir/ent/generated/identityprovider"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/oidc"
)

var notYou = &message{http.StatusForbidden, "That was somebody else", "The identity provider signed in another person than the one of this session.", "Begin again, and choose your own account there.", "/signin/again", "Confirm who you are"}

// again is the page on which a person who is signed in shows once more who it is,
// before something that matters.
type again struct {
	Providers []*ent.IdentityProvider
	Return    string
}

// Query is the part of addresses that says where to go afterwards.
func (a again) Query() string { return query(a.Return) }

// session returns the viewer of the session of a request, or sends the browser to
// sign in.
func (h *Handler) session(w http.ResponseWriter, r *http.Request) (viewer.Viewer, bool, error) {
	v, ok, err := h.cfg.Auth.Session(r)
	if err == nil && !ok {
		http.Redirect(w, r, "/of"+query(r.URL.Query().Get("return")), http.StatusSeeOther)
	}
	return v, ok, err
}

func (h *Handler) askAgain(w http.ResponseWriter, r *http.Request) error {
	v, ok, err := h.session(w, r)
	if !ok || err != nil {
		return err
	}
	providers, err := h.providersOf(r.Context(), v)
	if err != nil {
		return err
	}
	return h.pages.write(w, r, http.StatusOK, "again", again{Providers: providers, Return: local(r.URL.Query().Get("return"))})
}

// providersOf are the active providers that know the account of a viewer.
func (h *Handler) providersOf(ctx context.Context, v viewer.Viewer) ([]*ent.IdentityProvider, error) {
	client := h.cfg.DB.Client(ctx)
	known, err := client.Identity.Query().Where(identity.CompanyID(v.CompanyID), identity.AccountID(v.AccountID)).Limit(maxProviders).All(ctx)
	if err != nil || len(known) == 0 {
		return nil, err
	}
	issuers := make([]string, len(known))
	for i, k := range known {
		issuers[i] = k.Issuer
	}
	return client.IdentityProvider.Query().Where(identityprovider.CompanyID(v.CompanyID),
		identityprovider.StateEQ(identityprovider.StateACTIVE), identityprovider.IssuerIn(issuers...)).Limit(maxProviders).All(ctx)
}

// beginAgain sends a person who is signed in to a provider, to show who it is.
func (h *Handler) beginAgain(w http.ResponseWriter, r *http.Request) error {
	v, ok, err := h.session(w, r)
	if !ok || err != nil {
		return err
	}
	providers, err := h.providersOf(r.Context(), v)
	if err != nil {
		return err
	}
	for _, p := range providers {
		if p.ID.String() == r.PathValue("provider") {
			return h.sendTo(w, r, p, pending{Return: local(r.URL.Query().Get("return")), Again: v.SessionID}, oidc.Options{MaxAge: time.Second, Prompt: "login"})
		}
	}
	return noSuchProvider
}

// confirmAgain notes in the session that its person has just shown who it is.
func (h *Handler) confirmAgain(w http.ResponseWriter, r *http.Request, begun pending, p *ent.IdentityProvider, id *oidc.Identity) error {
	v, ok, err := h.session(w, r)
	if !ok || err != nil {
		return err
	}
	if v.SessionID != begun.Again {
		return notFinished
	}
	client := h.cfg.DB.Client(r.Context())
	same, err := client.Identity.Query().Where(identity.CompanyID(p.CompanyID), identity.AccountID(v.AccountID),
		identity.Issuer(id.Issuer), identity.Subject(id.Subject)).Exist(r.Context())
	if err != nil {
		return err
	}
	if !same {
		h.attempts.failed(h, r, v.AccountID.String(), "another person signed in at the provider")
		return notYou
	}
	if err := h.cfg.Sessions.Confirm(r.Context(), v.CompanyID, v.SessionID); err != nil {
		return err
	}
	http.Redirect(w, r, local(begun.Return), http.StatusSeeOther)
	return nil
}
