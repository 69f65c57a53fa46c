package account

import (
	"context"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/account"
	"github.com/feddir/feddir/ent/generated/session"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/internal/auth"
)

// maxSessions is how many sessions an account has; the one used longest ago makes
// room for a new one.
const maxSessions = 50

// Sessions makes, ends and lists sessions. Safe for concurrent use.
type Sessions struct{ Config }

// SignIn is how somebody signed in.
type SignIn struct {
	Method session.Method
	// Provider, Subject and ProviderSession are set where an identity provider said who it is.
	Provider                 *uuid.UUID
	Subject, ProviderSession string
	Address, Agent           string
	AuthenticatedAt          time.Time
}

// Start makes a session of an account, in a transaction of the system, and returns
// the secret of its cookie. A session that the browser had before is for the
// caller to end.
func (s Sessions) Start(ctx context.Context, a *ent.Account, in SignIn) (auth.Secret, *ent.Session, error) {
	client, now := s.TX.Client(ctx), schematype.Now()
	if err := s.makeRoom(ctx, a); err != nil {
		return auth.Secret{}, nil, err
	}
	secret := auth.NewSecret(auth.Session)
	made, err := client.Session.Create().
		SetCompanyID(a.CompanyID).SetAccountID(a.ID).SetDigest(secret.Digest(s.Pepper)).SetMethod(in.Method).
		SetNillableIdentityProviderID(in.Provider).SetSubject(in.Subject).SetProviderSession(in.ProviderSession).
		SetAddress(in.Address).SetAgent(in.Agent).SetAuthenticatedAt(in.AuthenticatedAt).
		SetCreatedAt(now).SetLastUsedAt(now).SetExpiresAt(now.Add(auth.SessionLifetime)).Save(ctx)
	if err != nil {
		return auth.Secret{}, nil, err
	}
	err = client.Account.Update().Where(account.CompanyID(a.CompanyID), account.ID(a.ID)).SetLastSignInAt(now).Exec(ctx)
	return secret, made, err
}

func (s Sessions) makeRoom(ctx context.Context, a *ent.Account) error {
	client := s.TX.Client(ctx)
	of := session.And(session.CompanyID(a.CompanyID), session.AccountID(a.ID))
	old, err := client.Session.Query().Where(of).Order(session.ByLastUsedAt(), session.ByID()).IDs(ctx)
	if err != nil || len(old) < maxSessions {
		return err
	}
	_, err = client.Session.Delete().Where(of, session.IDIn(old[:len(old)-maxSessions+1]...)).Exec(ctx)
	return err
}

// EndAll ends the sessions of an account, except for one; with uuid.Nil all.
func (s Sessions) EndAll(ctx context.Context, a *ent.Account, except uuid.UUID) error {
	_, err := s.TX.Client(ctx).Session.Delete().
		Where(session.CompanyID(a.CompanyID), session.AccountID(a.ID), session.IDNEQ(except)).Exec(ctx)
	if err == nil {
		s.Changed(ctx, a.ID)
	}
	return err
}

// End ends a session. It is nothing if there is none.
func (s Sessions) End(ctx context.Context, company, id uuid.UUID) error {
	return s.TX.InTx(ctx, func(ctx context.Context) error {
		_, err := s.TX.Client(ctx).Session.Delete().Where(session.CompanyID(company), session.ID(id)).Exec(ctx)
		if err == nil {
			s.Changed(ctx, id)
		}
		return err
	})
}

// Confirm notes that the person of a session has just shown who it is. It fails with
// ent's not found if the session is gone.
func (s Sessions) Confirm(ctx context.Context, company, id uuid.UUID) error {
	return s.TX.InTx(ctx, func(ctx context.Context) error {
		err := dberror.One(s.TX.Client(ctx).Session.Update().
			Where(session.CompanyID(company), session.ID(id)).SetAuthenticatedAt(schematype.Now()).Save(ctx))
		if err == nil {
			s.Changed(ctx, id)
		}
		return err
	})
}
