package signin

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	entaccount "github.com/feddir/feddir/ent/generated/account"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/identity"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/account"
	"github.com/feddir/feddir/internal/oidc"
)

// notAdmitted means that the provider knows the person and the company does not
// let them in.
type notAdmitted struct{ reason string }

func (n *notAdmitted) Error() string { return n.reason }

// accountOf returns the account of who signed in, in the transaction of ctx: the one
// that is known by issuer and subject, or a new one if an invitation, a claim rule
// or a directory lets the person in. Mail addresses decide nothing.
func (h *Handler) accountOf(ctx context.Context, begun pending, p *ent.IdentityProvider, id *oidc.Identity) (*ent.Account, error) {
	client := h.cfg.DB.Client(ctx)
	known, err := client.Identity.Query().Where(
		identity.CompanyID(p.CompanyID), identity.Issuer(id.Issuer), identity.Subject(id.Subject)).Only(ctx)
	if ent.IsNotFound(err) {
		return h.newAccount(ctx, begun, p, id)
	}
	if err != nil {
		return nil, err
	}
	if err := client.Identity.Update().Where(identity.CompanyID(p.CompanyID), identity.ID(known.ID)).SetLastUsedAt(schematype.Now()).Exec(ctx); err != nil {
		return nil, err
	}
	a, err := client.Account.Query().Where(entaccount.CompanyID(p.CompanyID), entaccount.ID(known.AccountID)).Only(ctx)
	if err != nil {
		return nil, err
	}
	if a.State != entaccount.StateACTIVE {
		return nil, &notAdmitted{"the account is disabled"}
	}
	if known.Admission == identity.AdmissionRULE {
		return h.ruledAccount(ctx, p, a, id)
	}
	return a, h.checkLinkedUser(ctx, a)
}

// checkLinkedUser fails if the account is a directory's user who is not there or not
// active.
func (h *Handler) checkLinkedUser(ctx context.Context, a *ent.Account) error {
	if a.LinkedUserID == nil {
		return nil
	}
	there, err := h.cfg.DB.Client(ctx).User.Query().Where(
		user.CompanyID(a.CompanyID), user.DirectoryID(*a.LinkedDirectoryID), user.ID(*a.LinkedUserID), user.Active(true)).Exist(ctx)
	if err == nil && !there {
		return &notAdmitted{"the user of the directory is not there, or not active"}
	}
	return err
}

// ruledAccount gives an account that a claim rule let in the role that the rules
// give now.
func (h *Handler) ruledAccount(ctx context.Context, p *ent.IdentityProvider, a *ent.Account, id *oidc.Identity) (*ent.Account, error) {
	role := ruledRole(p, id)
	if role == "" {
		return nil, &notAdmitted{"no claim rule lets the person in any more"}
	}
	if role == a.Role {
		return a, nil
	}
	return h.cfg.Accounts.SetRole(ctx, a, role)
}

func ruledRole(p *ent.IdentityProvider, id *oidc.Identity) viewer.Role {
	return viewer.Role(oidc.HighestRole(account.Rules(p), id.Claims, viewer.Role("").Values()))
}

// newAccount makes an account for who is let in, and remembers the identity.
func (h *Handler) newAccount(ctx context.Context, begun pending, p *ent.IdentityProvider, id *oidc.Identity) (*ent.Account, error) {
	a, admission, err := h.admission(ctx, begun, p, id)
	if err != nil {
		return nil, err
	}
	if a.ID == uuid.Nil {
		if a, err = h.cfg.Accounts.Create(ctx, a); err != nil {
			return nil, err
		}
	}
	if begun.Invitation != nil {
		if err := h.cfg.Accounts.AcceptInvitation(ctx, a, begun.Invitation); err != nil {
			return nil, err
		}
	}
	return a, h.cfg.DB.Client(ctx).Identity.Create().SetCompanyID(p.CompanyID).SetAccountID(a.ID).
		SetIssuer(id.Issuer).SetSubject(id.Subject).SetAdmission(admission).SetLastUsedAt(schematype.Now()).Exec(ctx)
}

// admission returns the account that somebody new gets, which may be there already,
// and why.
func (h *Handler) admission(ctx context.Context, begun pending, p *ent.IdentityProvider, id *oidc.Identity) (*ent.Account, identity.Admission, error) {
	name := cmp.Or(schematype.Legible(id.Name, 100), schematype.Legible(id.Email, 100), "Somebody")
	if begun.Invitation != nil {
		i, err := h.cfg.Accounts.OpenInvitation(ctx, p.CompanyID, begun.Invitation)
		if ent.IsNotFound(err) {
			return nil, "", linkOver
		}
		if err != nil {
			return nil, "", err
		}
		return &ent.Account{CompanyID: p.CompanyID, Name: cmp.Or(i.Name, name), Mail: i.Mail, Role: i.Role, DirectoryIds: i.DirectoryIds}, identity.AdmissionINVITATION, nil
	}
	if role := ruledRole(p, id); role != "" {
		return &ent.Account{CompanyID: p.CompanyID, Name: name, Role: role}, identity.AdmissionRULE, nil
	}
	a, err := h.accountOfUser(ctx, p, id)
	return a, identity.AdmissionDIRECTORY, err
}

// accountOfUser returns the account of the active user of the provider's directory
// whose externalId is the subject of the token.
func (h *Handler) accountOfUser(ctx context.Context, p *ent.IdentityProvider, id *oidc.Identity) (*ent.Account, error) {
	refused := &notAdmitted{"no invitation, claim rule or directory lets the person in"}
	if p.PeopleDirectoryID == nil {
		return nil, refused
	}
	client := h.cfg.DB.Client(ctx)
	d, err := client.Directory.Query().Where(directory.CompanyID(p.CompanyID), directory.ID(*p.PeopleDirectoryID)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, refused
	}
	if err != nil {
		return nil, err
	}
	found, err := client.User.Query().Where(user.CompanyID(p.CompanyID), user.DirectoryID(d.ID), user.ExternalID(id.Subject), user.Active(true)).Limit(2).All(ctx)
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, refused
	}
	u := found[0]
	there, err := client.Account.Query().Where(entaccount.CompanyID(p.CompanyID), entaccount.LinkedDirectoryID(d.ID), entaccount.LinkedUserID(u.ID)).All(ctx)
	if err != nil {
		return nil, err
	}
	if len(there) > 0 {
		if there[0].State != entaccount.StateACTIVE {
			return nil, &notAdmitted{"the account is disabled"}
		}
		return there[0], nil
	}
	return &ent.Account{
		CompanyID: p.CompanyID, Name: nameOf(u), Role: viewer.Reader, LinkedDirectoryID: &d.ID, LinkedUserID: &u.ID,
	}, nil
}

// refusal is the page for somebody whom nobody invited.
type refusal struct {
	Company, Provider, Person, Attempt string
	At                                 time.Time
	ShortName                          string
}

// refuse shows and logs an attempt under a number, by which an owner finds it.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, shortName string, p *ent.IdentityProvider, id *oidc.Identity, why *notAdmitted) error {
	number := rand.Text()[:8]
	number = number[:4] + "-" + number[4:]
	h.attempts.failed(h, r, p.CompanyID.String(), why.reason)
	h.cfg.Log.Warn().Str("attempt", number).Stringer("company_id", p.CompanyID).Stringer("provider_id", p.ID).
		Str("issuer", id.Issuer).Str("subject", id.Subject).Str("reason", why.reason).Msg("a person was not admitted")
	return h.pages.write(w, r, http.StatusForbidden, "refused", refusal{
		Provider: p.Name, Person: schematype.Legible(cmp.Or(id.Email, id.Name, id.Subject), 200), Attempt: number, At: h.cfg.Now().UTC(), ShortName: shortName,
	})
}

// nameOf is the name that a user's account is listed by.
func nameOf(u *ent.User) string {
	if u.DisplayName != nil && *u.DisplayName != "" {
		return schematype.Legible(*u.DisplayName, 100)
	}
	return schematype.Legible(u.UserName, 100)
}
