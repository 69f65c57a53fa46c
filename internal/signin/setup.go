package signin

import (
	"context"
	"errors"
	"net/http"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/session"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/auth"
)

// setupLifetime is how long a set-up link works.
const setupLifetime = 30 * time.Minute

// SetupLink makes a link that sets the installation up, once, and returns its
// address and until when it works. The address is empty if there is an account
// already.
func (h *Handler) SetupLink(ctx context.Context) (address string, until time.Time, err error) {
	ctx = viewer.WithSystem(ctx, viewer.SignIn)
	there, err := h.cfg.DB.Client(ctx).Account.Query().Exist(ctx)
	if there || err != nil {
		return "", until, err
	}
	secret := auth.NewSecret(auth.SetupLink)
	until = schematype.Now().Add(setupLifetime)
	err = h.cfg.DB.InTx(ctx, func(ctx context.Context) error {
		return h.cfg.DB.AddSetupLink(ctx, secret.Digest(h.cfg.Pepper), until)
	})
	return h.cfg.BaseURL + "/setup/" + secret.Reveal(), until, err
}

// setupForm is what the set-up page shows and sends.
type setupForm struct {
	Until                          time.Time
	Company, ShortName, Name, Mail string
	Insecure                       bool   // browsers keep no session here
	Wrong, Field                   string // what is wrong, and where
}

// usable fails unless the set-up link of a request works.
func (h *Handler) usable(r *http.Request) (digest []byte, until time.Time, err error) {
	if err := h.attempts.admit(h, r, ""); err != nil {
		return nil, until, err
	}
	if digest = h.digest(r, auth.SetupLink); digest != nil {
		until, err = h.cfg.DB.SetupLink(r.Context(), digest)
	}
	if err == nil && !h.cfg.Now().Before(until) {
		h.attempts.failed(h, r, "", "no such set-up link")
		err = linkOver
	}
	return digest, until, err
}

func (h *Handler) showSetup(w http.ResponseWriter, r *http.Request) error {
	_, until, err := h.usable(r)
	if err != nil {
		return err
	}
	return h.pages.write(w, r, http.StatusOK, "setup", setupForm{Until: until, Insecure: h.insecure(r)})
}

// setUp makes the company and its owner, whose session begins.
func (h *Handler) setUp(w http.ResponseWriter, r *http.Request) error {
	digest, until, err := h.usable(r)
	if err != nil {
		return err
	}
	if r.ParseForm() != nil {
		return badForm
	}
	form := setupForm{
		Until: until, Insecure: h.insecure(r),
		Company: r.PostForm.Get("company"), ShortName: r.PostForm.Get("shortName"), Name: r.PostForm.Get("name"), Mail: r.PostForm.Get("mail"),
	}
	var owner *ent.Account
	var secret auth.Secret
	err = h.cfg.Operations.InTx(r.Context(), func(ctx context.Context) (err error) {
		if owner, err = h.makeOwner(ctx, digest, form); err != nil {
			return err
		}
		secret, _, err = h.startSession(ctx, r, owner, session.MethodSETUP)
		return err
	})
	if wrong := formError(err); wrong != nil {
		form.Wrong, form.Field = wrong.Message, wrong.Field
		return h.pages.write(w, r, http.StatusUnprocessableEntity, "setup", form)
	}
	if err != nil {
		return err
	}
	h.cfg.Log.Info().Stringer("company_id", owner.CompanyID).Stringer("account_id", owner.ID).Msg("the first company was set up")
	h.signedIn(w, r, secret, form.ShortName)
	http.Redirect(w, r, "/signin/passkey", http.StatusSeeOther)
	return nil
}

// makeOwner takes the link and makes the company with its owner, as the operator
// who started the server.
func (h *Handler) makeOwner(ctx context.Context, digest []byte, form setupForm) (*ent.Account, error) {
	taken, err := h.cfg.DB.TakeSetupLink(ctx, digest)
	if err != nil {
		return nil, err
	}
	there, err := h.cfg.DB.Client(ctx).Account.Query().Exist(ctx)
	if err != nil {
		return nil, err
	}
	if !taken || there {
		return nil, linkOver
	}
	ctx = viewer.WithOperator(ctx)
	made, err := h.cfg.Operations.CreateCompany(ctx, model.CreateCompanyInput{ShortName: form.ShortName, Name: form.Company})
	if err != nil {
		return nil, err
	}
	return h.cfg.Accounts.Create(ctx, &ent.Account{CompanyID: made.Company.ID, Name: form.Name, Mail: form.Mail, Role: viewer.Owner})
}

// formError returns what is wrong with a form, or nil for other errors.
func formError(err error) *apierror.Error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*message](err); ok {
		return nil
	}
	described, ok := errors.AsType[*apierror.Error](dberror.Describe(err))
	if !ok || described.Code != apierror.Invalid && described.Code != apierror.Conflict {
		return nil
	}
	return described
}
