package signin

import (
	"context"
	"net/http"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/account"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/ent/generated/session"
	"github.com/feddir/feddir/ent/generated/signinlink"
	"github.com/feddir/feddir/internal/auth"
)

// showLink shows a form, so that programs that look at links in messages do not
// use them up.
func (h *Handler) showLink(w http.ResponseWriter, r *http.Request) error {
	if err := h.attempts.admit(h, r, ""); err != nil {
		return err
	}
	return h.pages.write(w, r, http.StatusOK, "link", nil)
}

// followLink signs in with a one-time link. Of two that follow it at the same
// time one deletes it, and the other finds none.
func (h *Handler) followLink(w http.ResponseWriter, r *http.Request) error {
	if err := h.attempts.admit(h, r, ""); err != nil {
		return err
	}
	digest := h.digest(r, auth.SignInLink)
	var secret auth.Secret
	var shortName string
	err := h.cfg.Operations.InTx(r.Context(), func(ctx context.Context) error {
		a, c, err := h.takeLink(ctx, digest)
		if err != nil {
			return err
		}
		shortName = c.ShortName
		secret, _, err = h.startSession(ctx, r, a, session.MethodLINK)
		return err
	})
	if err == linkOver {
		h.attempts.failed(h, r, "", "no such sign-in link")
	}
	if err != nil {
		return err
	}
	h.signedIn(w, r, secret, shortName)
	http.Redirect(w, r, "/console/", http.StatusSeeOther)
	return nil
}

// takeLink deletes the link of a digest, and returns its account and company.
func (h *Handler) takeLink(ctx context.Context, digest []byte) (*ent.Account, *ent.Company, error) {
	client := h.cfg.DB.Client(ctx)
	link, err := client.SignInLink.Query().Where(signinlink.Digest(digest)).Only(ctx)
	if ent.IsNotFound(err) || err == nil && !h.cfg.Now().Before(link.ExpiresAt) {
		return nil, nil, linkOver
	}
	if err != nil {
		return nil, nil, err
	}
	if n, err := client.SignInLink.Delete().Where(signinlink.CompanyID(link.CompanyID), signinlink.ID(link.ID)).Exec(ctx); n == 0 || err != nil {
		return nil, nil, overUnless(err)
	}
	return h.workingAccount(ctx, account.ID(link.AccountID), account.CompanyID(link.CompanyID))
}

// workingAccount returns an account that is not disabled, and its company.
func (h *Handler) workingAccount(ctx context.Context, where ...predicate.Account) (*ent.Account, *ent.Company, error) {
	client := h.cfg.DB.Client(ctx)
	a, err := client.Account.Query().Where(append(where, account.StateEQ(account.StateACTIVE))...).Only(ctx)
	if err != nil {
		return nil, nil, overIfNotFound(err)
	}
	c, err := client.Company.Query().Where(company.ID(a.CompanyID), company.StateEQ(company.StateACTIVE)).Only(ctx)
	return a, c, overIfNotFound(err)
}

func overUnless(err error) error {
	if err != nil {
		return err
	}
	return linkOver
}

func overIfNotFound(err error) error {
	if ent.IsNotFound(err) {
		return linkOver
	}
	return err
}
