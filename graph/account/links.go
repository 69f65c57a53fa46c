package account

import (
	"context"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/account"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/auth"
)

// linkLifetime is how long a sign-in link works.
const linkLifetime = 30 * time.Minute

// Link makes a link that signs in to an account once, for the operator, and returns
// its address and until when it works.
func (s Accounts) Link(ctx context.Context, a *ent.Account) (address string, until time.Time, err error) {
	secret := auth.NewSecret(auth.SignInLink)
	until = schematype.Now().Add(linkLifetime)
	err = s.TX.Client(ctx).SignInLink.Create().SetCompanyID(a.CompanyID).SetAccountID(a.ID).
		SetDigest(secret.Digest(s.Pepper)).SetExpiresAt(until).Exec(ctx)
	return s.BaseURL + "/link/" + secret.Reveal(), until, err
}

// Disable lets an account sign in no more, for the operator, and ends its sessions.
// It fails for the last owner of a company who is active.
func (s Accounts) Disable(ctx context.Context, a *ent.Account) (*ent.Account, error) {
	if a.State == account.StateDISABLED {
		return a, nil
	}
	last, err := s.isLastOwner(ctx, a)
	if err != nil {
		return nil, err
	}
	if last {
		return nil, apierror.Errorf(apierror.Conflict, "", "%s is the last owner of the company; make another one first", a.Name)
	}
	changed := *a
	changed.State, changed.Version, changed.UpdatedAt = account.StateDISABLED, a.Version+1, schematype.Now()
	before, after, err := attribute.Difference(attributes(a), attributes(&changed))
	if err != nil {
		return nil, err
	}
	err = dberror.One(s.TX.Client(ctx).Account.Update().
		Where(account.CompanyID(a.CompanyID), account.ID(a.ID), account.Version(a.Version)).
		SetState(changed.State).SetVersion(changed.Version).SetUpdatedAt(changed.UpdatedAt).Save(ctx))
	if err != nil {
		return nil, err
	}
	if err := Sessions(s).EndAll(ctx, a, uuid.Nil); err != nil {
		return nil, err
	}
	return &changed, s.Feed.Record(ctx, accountChange(&changed, change.KindUPDATED, before, after))
}

// isLastOwner reports whether an account is the only owner of its company who is
// active. The owners stay locked, in the order of their ids: two who stop being
// owners at the same time wait for each other here.
func (s Accounts) isLastOwner(ctx context.Context, a *ent.Account) (bool, error) {
	owners, err := s.TX.Client(ctx).Account.Query().
		Where(account.CompanyID(a.CompanyID), account.RoleEQ(viewer.Owner), account.StateEQ(account.StateACTIVE)).
		Order(account.ByID()).Modify(s.TX.Lock(ctx)).IDs(ctx)
	return len(owners) == 1 && owners[0] == a.ID, err
}
