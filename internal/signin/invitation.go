package signin

import (
	"net/http"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/identityprovider"
	"github.com/feddir/feddir/ent/generated/invitation"
	"github.com/feddir/feddir/internal/auth"
	"github.com/feddir/feddir/internal/oidc"
)

// invited is the page of an invitation.
type invited struct {
	Company   *ent.Company
	Role      string
	Name      string
	Providers []*ent.IdentityProvider
	Code      string
}

// Initials are the first letters of the first two words of the company's name.
func (i invited) Initials() string { return initials(i.Company.Name) }

// openInvitation returns the page of the invitation of a request. Codes that are
// wrong, used, expired or revoked have one answer.
func (h *Handler) openInvitation(r *http.Request) (*invited, []byte, error) {
	if err := h.attempts.admit(h, r, ""); err != nil {
		return nil, nil, err
	}
	ctx, client, digest := r.Context(), h.cfg.DB.Client(r.Context()), h.digest(r, auth.InvitationCode)
	i, err := client.Invitation.Query().Where(invitation.Digest(digest), invitation.AcceptedAtIsNil(), invitation.RevokedAtIsNil(), invitation.ExpiresAtGT(h.cfg.Now())).Only(ctx)
	if ent.IsNotFound(err) {
		h.attempts.failed(h, r, "", "no such invitation")
		return nil, nil, linkOver
	}
	if err != nil {
		return nil, nil, err
	}
	c, err := client.Company.Get(ctx, i.CompanyID)
	if err != nil {
		return nil, nil, overIfNotFound(err)
	}
	providers, err := client.IdentityProvider.Query().
		Where(identityprovider.CompanyID(c.ID), identityprovider.StateEQ(identityprovider.StateACTIVE)).Order(identityprovider.ByID()).Limit(maxProviders).All(ctx)
	return &invited{Company: c, Role: string(i.Role), Name: i.Name, Providers: providers, Code: r.PathValue("secret")}, digest, err
}

func (h *Handler) showInvitation(w http.ResponseWriter, r *http.Request) error {
	page, _, err := h.openInvitation(r)
	if err != nil {
		return err
	}
	return h.pages.write(w, r, http.StatusOK, "invitation", page)
}

// acceptWithProvider sends who was invited to an identity provider; the account is
// made when it comes back.
func (h *Handler) acceptWithProvider(w http.ResponseWriter, r *http.Request) error {
	page, digest, err := h.openInvitation(r)
	if err != nil {
		return err
	}
	for _, p := range page.Providers {
		if p.ID.String() == r.PathValue("provider") {
			return h.sendTo(w, r, p, pending{Invitation: digest}, oidc.Options{Prompt: "select_account"})
		}
	}
	return noSuchProvider
}
