package credential

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/auth"
)

var errNoKey = &apierror.Error{Code: apierror.NotFound, Field: "id", Message: "there is no such key"}

// Keys makes, changes, finds and lists keys. Safe for concurrent use.
type Keys struct{ Config }

// Find returns a key; in a transaction its row is locked.
func (s Keys) Find(ctx context.Context, id uuid.UUID) (*ent.Key, error) {
	k, err := s.TX.Client(ctx).Key.Query().Where(key.ID(id)).Modify(s.TX.Lock(ctx)).Only(ctx)
	return dberror.Required(errNoKey, k, err)
}

// Create makes a key of a directory, or an API key of a company.
func (s Keys) Create(ctx context.Context, in model.CreateKeyInput) (Issued, error) {
	k := &ent.Key{Kind: key.KindAPI, Name: in.Name, ExpiresAt: in.ExpiresAt, TrustedDocumentsOnly: in.TrustedDocumentsOnly}
	if in.Description != nil {
		k.Description = *in.Description
	}
	if err := s.setOwner(ctx, k, in); err != nil {
		return Issued{}, err
	}
	var err error
	if k.Scopes, err = scopesOf(k.Kind, in.Scopes); err != nil {
		return Issued{}, err
	}
	if k.Origins, err = originsOf(k.Kind, in.Origins); err != nil {
		return Issued{}, err
	}
	if err := mayTrust(k); err != nil {
		return Issued{}, err
	}
	return s.save(ctx, k)
}

// setOwner makes k a key of the directory that is named, or one of a company.
func (s Keys) setOwner(ctx context.Context, k *ent.Key, in model.CreateKeyInput) (err error) {
	if in.DirectoryID == nil {
		k.CompanyID, err = s.TX.OwnerOf(ctx, in.CompanyID)
		return err
	}
	d, err := s.TX.Client(ctx).Directory.Get(ctx, *in.DirectoryID)
	if ent.IsNotFound(err) || err == nil && in.CompanyID != nil && *in.CompanyID != d.CompanyID {
		return dberror.ErrNoDirectory
	}
	if err != nil {
		return err
	}
	k.Kind, k.CompanyID, k.DirectoryID = key.KindDIRECTORY, d.CompanyID, &d.ID
	return nil
}

// save makes a secret for k and stores k as a new key.
func (s Keys) save(ctx context.Context, k *ent.Key) (Issued, error) {
	if err := futureTime(k.ExpiresAt); err != nil {
		return Issued{}, err
	}
	after := keyAttributes(k)
	if err := after.CheckStorable(); err != nil {
		return Issued{}, err
	}
	secret := auth.NewSecret(k.Kind)
	now := schematype.Now()
	create := s.TX.Client(ctx).Key.Create().
		SetCompanyID(k.CompanyID).SetNillableDirectoryID(k.DirectoryID).SetNillableClientID(k.ClientID).SetKind(k.Kind).
		SetName(k.Name).SetDescription(k.Description).
		SetDigest(secret.Digest(s.Pepper)).SetPrefix(secret.Prefix()).
		SetTrustedDocumentsOnly(k.TrustedDocumentsOnly).
		SetNillableExpiresAt(k.ExpiresAt).SetCreatedAt(now).SetUpdatedAt(now)
	if k.DirectoryID != nil {
		create.SetIssuer(s.BaseURL + "/directories/" + k.DirectoryID.String())
	}
	v, _ := viewer.FromContext(ctx)
	create.SetCreatedBy(v.Kind)
	if v.KeyID != uuid.Nil {
		create.SetCreatedByKey(v.KeyID)
	}
	if len(k.Scopes) > 0 {
		create.SetScopes(k.Scopes)
	}
	if len(k.Origins) > 0 {
		create.SetOrigins(k.Origins)
	}
	k, err := create.Save(ctx)
	if err != nil {
		return Issued{}, err
	}
	return Issued{k, secret}, s.Feed.Record(ctx, keyChange(k, change.KindCREATED, nil, after))
}
