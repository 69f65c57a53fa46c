package graph

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

func (r *Resolver) updateKey(ctx context.Context, in model.UpdateKeyInput) (*ent.Key, error) {
	k, err := r.findKey(ctx, in.ID)
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
	return r.changeKey(ctx, k, &changed)
}

// mayExpireAt fails when a key may not be given this end.
func mayExpireAt(k *ent.Key, at *time.Time) error {
	if at != nil && k.ExpiresAt != nil && at.Equal(*k.ExpiresAt) {
		return nil
	}
	if k.Kind == key.KindCLIENT && (at == nil || at.After(k.CreatedAt.AddDate(3, 0, 0))) {
		return apierror.Errorf(apierror.Invalid, "expiresAt", "a client secret must expire within three years")
	}
	if k.SuccessorID != nil && (at == nil || k.ExpiresAt != nil && at.After(*k.ExpiresAt)) {
		return apierror.Errorf(apierror.Conflict, "expiresAt", "the key was replaced and can only end earlier")
	}
	return futureTime(at)
}

// rotateKey replaces a key by a new one that may do the same. The old one goes
// on working for the overlap, and never longer than it would have.
func (r *Resolver) rotateKey(ctx context.Context, in model.RotateKeyInput) (successor issuedKey, old *ent.Key, err error) {
	if in.OverlapSeconds < 0 || in.OverlapSeconds > maxOverlap {
		return issuedKey{}, nil, apierror.Errorf(apierror.Invalid, "overlapSeconds", "overlapSeconds must be from 0 to %d", maxOverlap)
	}
	k, err := r.findKey(ctx, in.ID)
	if err != nil {
		return issuedKey{}, nil, err
	}
	if err := dberror.CheckVersion(in.Version, k.Version); err != nil {
		return issuedKey{}, nil, err
	}
	if k.RevokedAt != nil || k.SuccessorID != nil {
		return issuedKey{}, nil, apierror.Errorf(apierror.Conflict, "id", "the key was revoked or replaced already")
	}
	successor, err = r.saveSuccessor(ctx, k, in.ExpiresAt)
	if err != nil {
		return issuedKey{}, nil, err
	}
	changed := *k
	changed.SuccessorID = &successor.key.ID
	end := schematype.Now().Add(time.Duration(in.OverlapSeconds) * time.Second)
	if k.ExpiresAt == nil || end.Before(*k.ExpiresAt) {
		changed.ExpiresAt = &end
	}
	old, err = r.changeKey(ctx, k, &changed)
	return successor, old, err
}

// saveSuccessor makes a key that may do what k may.
func (r *Resolver) saveSuccessor(ctx context.Context, k *ent.Key, expiresAt *time.Time) (issuedKey, error) {
	if k.Kind == key.KindCLIENT {
		return r.replaceClientSecret(ctx, k, expiresAt)
	}
	return r.saveKey(ctx, &ent.Key{
		CompanyID: k.CompanyID, DirectoryID: k.DirectoryID, Kind: k.Kind,
		Name: k.Name, Description: k.Description, Scopes: k.Scopes,
		Origins: k.Origins, TrustedDocumentsOnly: k.TrustedDocumentsOnly, ExpiresAt: expiresAt,
	})
}

// revokeKey makes a key stop working at once.
func (r *Resolver) revokeKey(ctx context.Context, id uuid.UUID, version *int) (*ent.Key, error) {
	k, err := r.findKey(ctx, id)
	if err != nil || k.RevokedAt != nil {
		return k, err
	}
	if err := dberror.CheckVersion(version, k.Version); err != nil {
		return nil, err
	}
	changed := *k
	now := schematype.Now()
	changed.RevokedAt = &now
	return r.changeKey(ctx, k, &changed)
}

// changeKey writes what differs between k and changed.
func (r *Resolver) changeKey(ctx context.Context, k, changed *ent.Key) (*ent.Key, error) {
	before, after, err := attribute.Difference(keyAttributes(k), keyAttributes(changed))
	if err != nil || len(before)+len(after) == 0 {
		return k, err
	}
	updated := *changed
	updated.Version, updated.UpdatedAt = k.Version+1, schematype.Now()
	update := r.tx.Client(ctx).Key.Update().
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
	r.keysChanged(ctx, k.ID)
	if k.ClientID != nil {
		r.keysChanged(ctx, *k.ClientID) // its access tokens
	}
	return &updated, r.feed.Record(ctx, keyChange(&updated, change.KindUPDATED, before, after))
}
