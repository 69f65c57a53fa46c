package graph

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/tables"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/auth"
)

var errNoKey = &apierror.Error{Code: apierror.NotFound, Field: "id", Message: "there is no such key"}

// findKey returns a key; in a transaction its row is locked.
func (r *Resolver) findKey(ctx context.Context, id uuid.UUID) (*ent.Key, error) {
	q := r.tx.Client(ctx).Key.Query().Where(key.ID(id))
	q.Modify(r.tx.Lock(ctx))
	k, err := q.Only(ctx)
	return dberror.Required(errNoKey, k, err)
}

// issuedKey is a new key with its secret, which is handed out once the transaction
// has committed and is in no record of what the mutation answered.
type issuedKey struct {
	key    *ent.Key
	secret auth.Secret
}

// tokenOf returns the secret when k is the key that was made just now, and
// nil when the answer is an earlier one's.
func (m issuedKey) tokenOf(k *ent.Key) *string {
	if m.key == nil || m.key.ID != k.ID {
		return nil
	}
	text := m.secret.Reveal()
	return &text
}

func (r *Resolver) createKey(ctx context.Context, in model.CreateKeyInput) (issuedKey, error) {
	k := &ent.Key{Kind: key.KindAPI, Name: in.Name, ExpiresAt: in.ExpiresAt}
	if in.Description != nil {
		k.Description = *in.Description
	}
	if in.DirectoryID != nil {
		d, err := r.tx.Client(ctx).Directory.Get(ctx, *in.DirectoryID)
		if ent.IsNotFound(err) || err == nil && in.CompanyID != nil && *in.CompanyID != d.CompanyID {
			return issuedKey{}, dberror.ErrNoDirectory
		}
		if err != nil {
			return issuedKey{}, err
		}
		k.Kind, k.CompanyID, k.DirectoryID = key.KindDIRECTORY, d.CompanyID, &d.ID
	} else {
		companyID, err := r.tx.OwnerOf(ctx, in.CompanyID)
		if err != nil {
			return issuedKey{}, err
		}
		k.CompanyID = companyID
	}
	scopes, err := scopesOf(k.Kind, in.Scopes)
	if err != nil {
		return issuedKey{}, err
	}
	k.Scopes = scopes
	if k.Origins, err = originsOf(k.Kind, in.Origins); err != nil {
		return issuedKey{}, err
	}
	k.TrustedDocumentsOnly = in.TrustedDocumentsOnly
	if err := mayTrust(k); err != nil {
		return issuedKey{}, err
	}
	return r.saveKey(ctx, k)
}

// scopesOf returns the scopes of a new key, each once.
func scopesOf(kind key.Kind, asked []viewer.Scope) ([]viewer.Scope, error) {
	switch {
	case kind == key.KindDIRECTORY && len(asked) > 0:
		return nil, apierror.Errorf(apierror.Invalid, "scopes", "a directory key has no scopes: it opens its directory")
	case kind == key.KindDIRECTORY:
		return nil, nil
	case asked == nil:
		return []viewer.Scope{viewer.ScopeRead}, nil
	case len(asked) == 0:
		return nil, apierror.Errorf(apierror.Invalid, "scopes", "scopes must not be empty")
	}
	for _, s := range asked {
		if !slices.Contains(viewer.Scopes, s) {
			return nil, apierror.Errorf(apierror.Invalid, "scopes", "there is no scope %.20q", s)
		}
	}
	return slices.DeleteFunc(slices.Clone(viewer.Scopes), func(s viewer.Scope) bool { return !slices.Contains(asked, s) }), nil
}

// saveKey makes a secret for k and stores k as a new key.
func (r *Resolver) saveKey(ctx context.Context, k *ent.Key) (issuedKey, error) {
	if err := futureTime(k.ExpiresAt); err != nil {
		return issuedKey{}, err
	}
	after := keyAttributes(k)
	if err := after.CheckStorable(); err != nil {
		return issuedKey{}, err
	}
	issuer := ""
	if k.DirectoryID != nil {
		issuer = r.cfg.BaseURL + "/directories/" + k.DirectoryID.String()
	}
	secret := auth.NewSecret(k.Kind)
	now := schematype.Now()
	create := r.tx.Client(ctx).Key.Create().
		SetCompanyID(k.CompanyID).SetNillableDirectoryID(k.DirectoryID).SetNillableClientID(k.ClientID).SetKind(k.Kind).
		SetName(k.Name).SetDescription(k.Description).SetIssuer(issuer).
		SetDigest(secret.Digest(r.cfg.Pepper)).SetPrefix(secret.Prefix()).
		SetTrustedDocumentsOnly(k.TrustedDocumentsOnly).
		SetNillableExpiresAt(k.ExpiresAt).SetCreatedAt(now).SetUpdatedAt(now)
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
		return issuedKey{}, err
	}
	return issuedKey{k, secret}, r.feed.Record(ctx, keyChange(k, change.KindCREATED, nil, after))
}

func futureTime(at *time.Time) error {
	if at != nil && !at.After(schematype.Now()) {
		return apierror.Errorf(apierror.Invalid, "expiresAt", "expiresAt must lie in the future")
	}
	return nil
}

// keysConnection is a page of the keys of a directory, or of the viewer's
// company where there is no owner.
func (r *Resolver) keysConnection(ctx context.Context, o load.Owner, args list.Args, by []model.KeyOrder, in *model.KeyWhereInput) (*model.KeyConnection, error) {
	order, err := tables.KeyOrder(by)
	if err != nil {
		return nil, err
	}
	l := list.List[*ent.Key]{
		Table: r.tables.Keys, Scope: list.Scope{Sealer: r.cfg.Sealer, Name: "keys", Owner: o.ID}, By: order, Column: key.FieldDirectoryID,
		OwnerOf: func(k *ent.Key) uuid.UUID { return *k.DirectoryID }, Where: list.Owned(keyFilter(in)...),
	}
	p, err := l.Page(ctx, o, args)
	if err != nil {
		return nil, err
	}
	return &model.KeyConnection{PageInfo: p.Info, Total: l.Total(ctx, o), Edges: list.Edges(p, func(k *ent.Key, cursor string) model.KeyEdge {
		return model.KeyEdge{Node: k, Cursor: cursor}
	})}, nil
}

func keyFilter(in *model.KeyWhereInput) (where []list.Predicate) {
	if in == nil {
		return nil
	}
	if in.Kind != nil {
		where = append(where, key.KindEQ(*in.Kind))
	}
	if in.DirectoryID != nil {
		where = append(where, key.DirectoryID(*in.DirectoryID))
	}
	if in.Working != nil {
		works := auth.Works(schematype.Now())
		if !*in.Working {
			works = key.Not(works)
		}
		where = append(where, works)
	}
	return where
}

func keyState(k *ent.Key, now time.Time) model.KeyState {
	switch {
	case k.RevokedAt != nil:
		return model.KeyStateRevoked
	case k.ExpiresAt != nil && !now.Before(*k.ExpiresAt):
		return model.KeyStateExpired
	case k.SuccessorID != nil:
		return model.KeyStateRotating
	case k.ExpiresAt != nil && k.ExpiresAt.Sub(now) < ExpiresSoon:
		return model.KeyStateExpiring
	}
	return model.KeyStateActive
}

// keyAttributes are what a change tells of a key; nothing of its secret.
func keyAttributes(k *ent.Key) attribute.Values {
	a := attribute.Values{"kind": k.Kind, "name": k.Name, "description": k.Description}
	if len(k.Scopes) > 0 {
		a["scopes"] = k.Scopes
	}
	if len(k.Origins) > 0 {
		a["origins"] = k.Origins
	}
	if k.TrustedDocumentsOnly {
		a["trustedDocumentsOnly"] = true
	}
	if k.ClientID != nil {
		a["clientId"] = *k.ClientID
	}
	if k.SuccessorID != nil {
		a["successor"] = *k.SuccessorID
	}
	for name, at := range map[string]*time.Time{"expiresAt": k.ExpiresAt, "revokedAt": k.RevokedAt} {
		if at != nil {
			a[name] = at.UTC()
		}
	}
	return a
}

func keyChange(k *ent.Key, kind change.Kind, before, after attribute.Values) feed.Record {
	c := feed.Record{
		Kind: kind, ResourceType: change.ResourceTypeKEY, ID: k.ID, Version: k.Version,
		CompanyID: k.CompanyID, Before: before, After: after,
	}
	if k.DirectoryID != nil {
		c.DirectoryID = *k.DirectoryID
	}
	return c
}
