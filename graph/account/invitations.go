package account

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/invitation"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/feed"
)

// OpenInvitation returns the invitation of a company with the digest of a code, if
// it can still be accepted; its row is locked. The error is ent's not found if not.
func (s Accounts) OpenInvitation(ctx context.Context, company uuid.UUID, digest []byte) (*ent.Invitation, error) {
	return s.TX.Client(ctx).Invitation.Query().Where(
		invitation.CompanyID(company), invitation.Digest(digest), invitation.AcceptedAtIsNil(), invitation.RevokedAtIsNil(),
		invitation.ExpiresAtGT(schematype.Now()),
	).Modify(s.TX.Lock(ctx)).Only(ctx)
}

// AcceptInvitation notes that an account came of an invitation, which is good for no
// other.
func (s Accounts) AcceptInvitation(ctx context.Context, a *ent.Account, digest []byte) error {
	i, err := s.OpenInvitation(ctx, a.CompanyID, digest)
	if err != nil {
		return err
	}
	now := schematype.Now()
	err = dberror.One(s.TX.Client(ctx).Invitation.Update().
		Where(invitation.CompanyID(i.CompanyID), invitation.ID(i.ID), invitation.Version(i.Version)).
		SetAcceptedAt(now).SetAccountID(a.ID).SetVersion(i.Version + 1).SetUpdatedAt(now).Save(ctx))
	if err != nil {
		return err
	}
	return s.Feed.Record(ctx, feed.Record{
		Kind: change.KindUPDATED, ResourceType: change.ResourceTypeINVITATION, ID: i.ID, Version: i.Version + 1, CompanyID: i.CompanyID,
		After: attribute.Values{"acceptedAt": now, "accountId": a.ID},
	})
}
