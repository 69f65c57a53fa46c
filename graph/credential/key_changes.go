package credential

import (
	"context"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// maxOverlap is how long, in seconds, a replaced key may go on working.
const maxOverlap = 7 * 24 * 60 * 60

// Update changes what of a key can be changed.
func (s Keys) Update(ctx context.Context, in model.UpdateKeyInput) (*ent.Key, error) {
	k, err := s.Find(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := dberror.CheckVersion(in.Version, k.Version); err != nil {
		return nil, err
	}
	changed := *k
	attribute.Assign(&changed.Name, in.Name)
	attribute.Assign(&changed.Description, in.Description)
	if asked, ok := in.Origins.ValueOK(); ok {
		if changed.Origins, err = originsOf(k.Kind, asked); err != nil {
			return nil, err
		}
	}
	attribute.Assign(&changed.TrustedDocumentsOnly, in.TrustedDocumentsOnly)
	if err := mayTrust(&changed); err != nil {
		return nil, err
	}
	if at, ok := in.ExpiresAt.ValueOK(); ok {
		changed.ExpiresAt = at
		if err := mayExpireAt(k, at); err != nil {
			return nil, err
		}
	}
	return s.change(ctx, k, &changed)
}

// Rotate replaces a key by a new one that may do the same. The old one goes on
// working for the overlap, and never longer than it would have.
func (s Keys) Rotate(ctx context.Context, in model.RotateKeyInput) (successor Issued, old *ent.Key, err error) {
	if in.OverlapSeconds < 0 || in.OverlapSeconds > maxOverlap {
		return Issued{}, nil, apierror.Errorf(apierror.Invalid, "overlapSeconds", "overlapSeconds must be from 0 to %d", maxOverlap)
	}
	k, err := s.Find(ctx, in.ID)
	if err != nil {
		return Issued{}, nil, err
	}
	if err := dberror.CheckVersion(in.Version, k.Version); err != nil {
		return Issued{}, nil, err
	}
	if k.RevokedAt != nil || k.SuccessorID != nil {
		return Issued{}, nil, apierror.Errorf(apierror.Conflict, "id", "the key was revoked or replaced already")
	}
	successor, err = s.saveSuccessor(ctx, k, in.ExpiresAt)
	if err != nil {
		return Issued{}, nil, err
	}
	changed := *k
	changed.SuccessorID = &successor.Key.ID
	end := schematype.Now().Add(time.Duration(in.OverlapSeconds) * time.Second)
	if k.ExpiresAt == nil || end.Before(*k.ExpiresAt) {
		changed.ExpiresAt = &end
	}
	old, err = s.change(ctx, k, &changed)
	return successor, old, err
}

// saveSuccessor makes a key that may do what k may.
func (s Keys) saveSuccessor(ctx context.Context, k *ent.Key, expiresAt *time.Time) (Issued, error) {
	if k.Kind == key.KindCLIENT {
		return Clients(s).CreateSecret(ctx, *k.ClientID, "id", expiresAt)
	}
	return s.save(ctx, &ent.Key{
		CompanyID: k.CompanyID, DirectoryID: k.DirectoryID, Kind: k.Kind,
		Name: k.Name, Description: k.Description, Scopes: k.Scopes,
		Origins: k.Origins, TrustedDocumentsOnly: k.TrustedDocumentsOnly, ExpiresAt: expiresAt,
	})
}

// Revoke makes a key stop working at once.
func (s Keys) Revoke(ctx context.Context, id uuid.UUID, version *int) (*ent.Key, error) {
	k, err := s.Find(ctx, id)
	if err != nil || k.RevokedAt != nil {
		return k, err
	}
	if err := dberror.CheckVersion(version, k.Version); err != nil {
		return nil, err
	}
	changed := *k
	changed.RevokedAt = new(schematype.Now())
	return s.change(ctx, k, &changed)
}

// change writes what differs between k and changed.
func (s Keys) change(ctx context.Context, k, changed *ent.Key) (*ent.Key, error) {
	before, after, err := attribute.Difference(keyAttributes(k), keyAttributes(changed))
	if err != nil || len(before)+len(after) == 0 {
		return k, err
	}
	updated := *changed
	updated.Version, updated.UpdatedAt = k.Version+1, schematype.Now()
	update := s.TX.Client(ctx).Key.Update().
		Where(key.ID(k.ID), key.CompanyID(k.CompanyID), key.Version(k.Version)).
		SetName(updated.Name).SetDescription(updated.Description).
		SetNillableExpiresAt(updated.ExpiresAt).SetNillableRevokedAt(updated.RevokedAt).SetNillableSuccessorID(updated.SuccessorID).
		SetTrustedDocumentsOnly(updated.TrustedDocumentsOnly).
		SetVersion(updated.Version).SetUpdatedAt(updated.UpdatedAt)
	if len(updated.Origins) > 0 {
		update.SetOrigins(updated.Origins)
	} else {
		update.ClearOrigins()
	}
	if updated.ExpiresAt == nil {
		update.ClearExpiresAt()
	}
	if err := dberror.One(update.Save(ctx)); err != nil {
		return nil, err
	}
	s.Changed(ctx, k.ID)
	if k.ClientID != nil {
		s.Changed(ctx, *k.ClientID) // its access tokens
	}
	return &updated, s.Feed.Record(ctx, keyChange(&updated, change.KindUPDATED, before, after))
}
