package signin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/identityprovider"
	"github.com/feddir/feddir/ent/generated/session"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/account"
	"github.com/feddir/feddir/internal/auth"
	"github.com/feddir/feddir/internal/oidc"
)

const (
	// pendingCookie holds what a browser carries to the identity provider and back.
	pendingCookie = "__Host-feddir_signin"
	pendingUse    = "sign-in at an identity provider"
	pendingTime   = 10 * time.Minute
)

// pending is a sign-in at an identity provider that has begun.
type pending struct {
	oidc.Pending
	Company    uuid.UUID `json:"company"`
	Provider   uuid.UUID `json:"provider"`
	Return     string    `json:"return,omitempty"`
	Invitation []byte    `json:"invitation,omitempty"` // the digest of the code that is accepted with it
	Again      uuid.UUID `json:"again,omitzero"`       // the session whose person signs in again
}

var (
	noSuchProvider = &message{http.StatusNotFound, "There is no way to sign in here", "The name may be spelled in another way, or your company uses another address. This server does not tell which companies exist.", "", "/of", "Sign in"}
	notFinished    = &message{http.StatusBadRequest, "The sign-in was not finished", "It took too long, was begun in another browser, or came back twice.", "Begin again.", "/of", "Sign in"}
	notBelieved    = &message{http.StatusForbidden, "The answer cannot be trusted", "What came back is not what your identity provider says of this sign-in, so nobody was signed in.", "Begin again. If it happens again, tell whoever runs this server.", "/of", "Sign in"}
	providerDenied = &message{http.StatusForbidden, "The sign-in was refused", "Your identity provider, or you there, refused it.", "Sign in another way, or begin again.", "/of", "Sign in"}
	providerConfig = &message{http.StatusBadGateway, "The identity provider does not accept this server", "Its client id, secret or redirect address is not right.", "Ask an owner of your company to check the identity provider in the settings.", "/of", "Sign in"}
	providerAway   = &message{http.StatusBadGateway, "The identity provider does not answer", "Nobody was signed in.", "Try again in a minute, or sign in another way.", "/of", "Sign in"}
)

// messageOf is the page about an error of package oidc.
func messageOf(err error) error {
	for kind, m := range map[error]*message{
		oidc.ErrState: notFinished, oidc.ErrExpired: notFinished, oidc.ErrIssuer: notBelieved, oidc.ErrToken: notBelieved, oidc.ErrOld: notFinished,
		oidc.ErrDenied: providerDenied, oidc.ErrInteraction: providerDenied, oidc.ErrConfiguration: providerConfig, oidc.ErrUnavailable: providerAway,
	} {
		if errors.Is(err, kind) {
			return m
		}
	}
	return err
}

func (h *Handler) redirectURI() string { return h.cfg.BaseURL + account.CallbackPath }

// beginProvider sends a browser to the identity provider of a company.
func (h *Handler) beginProvider(w http.ResponseWriter, r *http.Request) error {
	if err := h.attempts.admit(h, r, ""); err != nil {
		return err
	}
	_, providers, err := h.findCompany(r.Context(), r.PathValue("company"))
	if err != nil {
		return err
	}
	for _, p := range providers {
		if p.ID.String() == r.PathValue("provider") {
			return h.sendTo(w, r, p, pending{Return: local(r.URL.Query().Get("return"))}, oidc.Options{})
		}
	}
	h.attempts.failed(h, r, "", "no such identity provider")
	return noSuchProvider
}

// sendTo sends a browser to an identity provider, with what it must bring back.
func (h *Handler) sendTo(w http.ResponseWriter, r *http.Request, p *ent.IdentityProvider, begun pending, o oidc.Options) error {
	provider, ok := h.cfg.Accounts.Provider(p)
	if !ok {
		h.cfg.Log.Error().Stringer("provider_id", p.ID).Msg("the client secret of an identity provider does not open: the pepper or the installation's secret is another")
		return providerConfig
	}
	address, state, err := h.cfg.OIDC.Begin(r.Context(), provider, h.redirectURI(), o)
	if err != nil {
		h.cfg.Log.Warn().Stringer("provider_id", p.ID).Err(err).Msg("a sign-in at an identity provider cannot begin")
		return messageOf(err)
	}
	begun.Pending, begun.Company, begun.Provider = state, p.CompanyID, p.ID
	text, err := json.Marshal(begun)
	if err != nil {
		return err
	}
	http.SetCookie(w, newCookie(pendingCookie, h.cfg.Sealer.Seal(pendingUse, text), pendingTime))
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

// finishProvider is where identity providers send browsers back to.
func (h *Handler) finishProvider(w http.ResponseWriter, r *http.Request) error {
	if err := h.attempts.admit(h, r, ""); err != nil {
		return err
	}
	begun, ok := h.begun(r)
	http.SetCookie(w, newCookie(pendingCookie, "", -time.Second)) // it comes back once
	if !ok {
		h.attempts.failed(h, r, "", "no sign-in was begun in this browser")
		return notFinished
	}
	p, err := h.provider(r.Context(), begun)
	if err != nil {
		return err
	}
	provider, ok := h.cfg.Accounts.Provider(p)
	if !ok {
		return providerConfig
	}
	id, err := h.cfg.OIDC.Finish(r.Context(), provider, h.redirectURI(), begun.Pending, r.URL.Query())
	if err != nil {
		h.attempts.failed(h, r, begun.Company.String(), "the identity provider's answer: "+err.Error())
		return messageOf(err)
	}
	if begun.Again != uuid.Nil {
		return h.confirmAgain(w, r, begun, p, id)
	}
	return h.admit(w, r, begun, p, id)
}

// begun returns what the browser carried to the provider and back.
func (h *Handler) begun(r *http.Request) (begun pending, ok bool) {
	c, err := r.Cookie(pendingCookie)
	if err != nil {
		return begun, false
	}
	text, ok := h.cfg.Sealer.Open(pendingUse, c.Value)
	return begun, ok && json.Unmarshal(text, &begun) == nil
}

// provider returns the provider that a sign-in was begun with, if it may still
// sign people in.
func (h *Handler) provider(ctx context.Context, begun pending) (*ent.IdentityProvider, error) {
	client := h.cfg.DB.Client(ctx)
	p, err := client.IdentityProvider.Query().Where(
		identityprovider.CompanyID(begun.Company), identityprovider.ID(begun.Provider), identityprovider.StateEQ(identityprovider.StateACTIVE),
	).Only(ctx)
	if err == nil {
		_, err = client.Company.Query().Where(company.ID(begun.Company), company.StateEQ(company.StateACTIVE)).Only(ctx)
	}
	if ent.IsNotFound(err) {
		return nil, noSuchProvider
	}
	return p, err
}

// admit signs in who the provider says it is, if something lets that person in.
func (h *Handler) admit(w http.ResponseWriter, r *http.Request, begun pending, p *ent.IdentityProvider, id *oidc.Identity) error {
	var secret auth.Secret
	var shortName string
	err := h.cfg.Operations.InTx(r.Context(), func(ctx context.Context) error {
		c, err := h.cfg.DB.Client(ctx).Company.Get(ctx, p.CompanyID)
		if err != nil {
			return err
		}
		shortName = c.ShortName
		a, err := h.accountOf(ctx, begun, p, id)
		if err != nil {
			return err
		}
		secret, _, err = h.cfg.Sessions.Start(ctx, a, account.SignIn{
			Method: session.MethodIDENTITY_PROVIDER, Provider: &p.ID, Subject: id.Subject, ProviderSession: id.SessionID,
			Address: h.cfg.Proxies.Client(r).String(), Agent: auth.Agent(r), AuthenticatedAt: authenticatedAt(id),
		})
		return err
	})
	if m, ok := errors.AsType[*notAdmitted](err); ok {
		return h.refuse(w, r, shortName, p, id, m)
	}
	if err != nil {
		return err
	}
	h.signedIn(w, r, secret, shortName)
	http.Redirect(w, r, local(begun.Return), http.StatusSeeOther)
	return nil
}

// authenticatedAt is when a person showed the provider who it is. Where it does not
// say, that may have been at any time, and whoever needs to know asks again.
func authenticatedAt(id *oidc.Identity) time.Time {
	if id.AuthTime.IsZero() {
		return schematype.Now().Add(-auth.SessionLifetime)
	}
	return id.AuthTime.UTC().Truncate(time.Millisecond)
}
