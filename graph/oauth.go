package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/tables"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/auth"
)

func noClient(field string) *apierror.Error {
	return &apierror.Error{Code: apierror.NotFound, Field: field, Message: "there is no such OAuth client"}
}

var errClientRevoked = &apierror.Error{Code: apierror.Conflict, Field: "id", Message: "the client was revoked"}

// findOAuthClient returns a client; in a transaction its row is locked.
func (r *Resolver) findOAuthClient(ctx context.Context, id uuid.UUID, field string) (*ent.OAuthClient, error) {
	q := r.tx.Client(ctx).OAuthClient.Query().Where(oauthclient.ID(id))
	q.Modify(r.tx.Lock(ctx))
	c, err := q.Only(ctx)
	return dberror.Required(noClient(field), c, err)
}

// createOAuthClient makes a client, and a secret of it where one is wanted.
func (r *Resolver) createOAuthClient(ctx context.Context, in model.CreateOAuthClientInput) (*ent.OAuthClient, issuedKey, error) {
	d, err := r.tx.Client(ctx).Directory.Get(ctx, in.DirectoryID)
	if err != nil {
		_, err = dberror.Required(dberror.ErrNoDirectory, d, err)
		return nil, issuedKey{}, err
	}
	c := &ent.OAuthClient{Name: in.Name, TokenLifetime: in.TokenLifetimeSeconds}
	if in.Description != nil {
		c.Description = *in.Description
	}
	if in.Jwks != nil {
		c.Jwks = *in.Jwks
	}
	if err := federate(c, in.Federation); err != nil {
		return nil, issuedKey{}, err
	}
	if err := checkOAuthClient(c); err != nil {
		return nil, issuedKey{}, err
	}
	now := schematype.Now()
	c, err = r.tx.Client(ctx).OAuthClient.Create().
		SetCompanyID(d.CompanyID).SetDirectoryID(d.ID).SetName(c.Name).SetDescription(c.Description).
		SetTokenLifetime(c.TokenLifetime).SetJwks(c.Jwks).
		SetFederationIssuer(c.FederationIssuer).SetFederationAudience(c.FederationAudience).
		SetFederationSubject(c.FederationSubject).SetFederationJwksURI(c.FederationJwksURI).
		SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return nil, issuedKey{}, err
	}
	if err := r.feed.Record(ctx, oauthClientChange(c, change.KindCREATED, nil, oauthClientAttributes(c))); err != nil || !in.WithSecret {
		return c, issuedKey{}, err
	}
	m, err := r.saveClientSecret(ctx, c, in.SecretExpiresAt)
	if e, ok := err.(*apierror.Error); ok && e.Field == "expiresAt" {
		err = &apierror.Error{Code: e.Code, Field: "secretExpiresAt", Message: e.Message}
	}
	return c, m, err
}

func (r *Resolver) updateOAuthClient(ctx context.Context, in model.UpdateOAuthClientInput) (*ent.OAuthClient, error) {
	c, err := r.findOAuthClient(ctx, in.ID, "id")
	if err != nil {
		return nil, err
	}
	if err := dberror.CheckVersion(in.Version, c.Version); err != nil {
		return nil, err
	}
	if c.RevokedAt != nil {
		return nil, errClientRevoked
	}
	changed := *c
	attribute.Assign(&changed.Name, in.Name)
	attribute.Assign(&changed.Description, in.Description)
	attribute.Assign(&changed.TokenLifetime, in.TokenLifetimeSeconds)
	attribute.Assign(&changed.Jwks, in.Jwks)
	if trusted, ok := in.Federation.ValueOK(); ok {
		if err := federate(&changed, trusted); err != nil {
			return nil, err
		}
	}
	if err := checkOAuthClient(&changed); err != nil {
		return nil, err
	}
	return r.changeOAuthClient(ctx, c, &changed)
}

// revokeOAuthClient makes a client stop working at once, with its secrets and
// access tokens.
func (r *Resolver) revokeOAuthClient(ctx context.Context, id uuid.UUID, version *int) (*ent.OAuthClient, error) {
	c, err := r.findOAuthClient(ctx, id, "id")
	if err != nil || c.RevokedAt != nil {
		return c, err
	}
	if err := dberror.CheckVersion(version, c.Version); err != nil {
		return nil, err
	}
	secrets, err := r.workingSecrets(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, k := range secrets {
		if _, err := r.revokeKey(ctx, k.ID, nil); err != nil {
			return nil, err
		}
	}
	changed := *c
	now := schematype.Now()
	changed.RevokedAt = &now
	return r.changeOAuthClient(ctx, c, &changed)
}

// changeOAuthClient writes what differs between c and changed.
func (r *Resolver) changeOAuthClient(ctx context.Context, c, changed *ent.OAuthClient) (*ent.OAuthClient, error) {
	before, after, err := attribute.Difference(oauthClientAttributes(c), oauthClientAttributes(changed))
	if err != nil || len(before)+len(after) == 0 {
		return c, err
	}
	updated := *changed
	updated.Version, updated.UpdatedAt = c.Version+1, schematype.Now()
	err = dberror.One(r.tx.Client(ctx).OAuthClient.Update().
		Where(oauthclient.ID(c.ID), oauthclient.CompanyID(c.CompanyID), oauthclient.Version(c.Version)).
		SetName(updated.Name).SetDescription(updated.Description).
		SetTokenLifetime(updated.TokenLifetime).SetJwks(updated.Jwks).
		SetFederationIssuer(updated.FederationIssuer).SetFederationAudience(updated.FederationAudience).
		SetFederationSubject(updated.FederationSubject).SetFederationJwksURI(updated.FederationJwksURI).
		SetNillableRevokedAt(updated.RevokedAt).
		SetVersion(updated.Version).SetUpdatedAt(updated.UpdatedAt).
		Save(ctx))
	if err != nil {
		return nil, err
	}
	r.keysChanged(ctx, c.ID)
	return &updated, r.feed.Record(ctx, oauthClientChange(&updated, change.KindUPDATED, before, after))
}

func (r *Resolver) oauthClientsConnection(ctx context.Context, o load.Owner, args list.Args) (*model.OAuthClientConnection, error) {
	l := list.List[*ent.OAuthClient]{
		Table: r.tables.OAuthClients, Scope: list.Scope{Sealer: r.cfg.Sealer, Name: "oauthClients", Owner: o.ID}, By: list.Oldest(r.tables.OAuthClients.ID), Column: oauthclient.FieldDirectoryID,
		OwnerOf: func(c *ent.OAuthClient) uuid.UUID { return c.DirectoryID }, Where: list.Owned(),
	}
	p, err := l.Page(ctx, o, args)
	if err != nil {
		return nil, err
	}
	return &model.OAuthClientConnection{PageInfo: p.Info, Total: l.Total(ctx, o), Edges: list.Edges(p, func(c *ent.OAuthClient, cursor string) model.OAuthClientEdge {
		return model.OAuthClientEdge{Node: c, Cursor: cursor}
	})}, nil
}

// workingSecrets returns the secrets of a client that work, newest first.
func (r *Resolver) workingSecrets(ctx context.Context, c *ent.OAuthClient) ([]*ent.Key, error) {
	secrets := list.List[*ent.Key]{
		Table: r.tables.Keys, By: list.Newest(r.tables.Keys.ID), Column: key.FieldClientID,
		OwnerOf: func(k *ent.Key) uuid.UUID { return *k.ClientID },
		Where: func(o load.Owner) ([]list.Predicate, error) {
			return list.OwnedThrough(key.FieldClientID, auth.Works(schematype.Now()))(o)
		},
	}
	found, err := load.PerOwner(ctx, load.FieldOf(ctx), tables.OAuthClientOwner(c), func(ctx context.Context, owners []load.Owner) (map[uuid.UUID][]*ent.Key, error) {
		return secrets.First(ctx, owners, maxClientSecrets)
	})
	return found, err
}
