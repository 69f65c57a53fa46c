package credential

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

var errClientRevoked = &apierror.Error{Code: apierror.Conflict, Field: "id", Message: "the client was revoked"}

// Clients makes, changes, finds and lists OAuth clients. Safe for concurrent use.
type Clients struct{ Config }

// Find returns a client; in a transaction its row is locked. The error names the
// input field that the id was in.
func (s Clients) Find(ctx context.Context, id uuid.UUID, field string) (*ent.OAuthClient, error) {
	c, err := s.TX.Client(ctx).OAuthClient.Query().Where(oauthclient.ID(id)).Modify(s.TX.Lock(ctx)).Only(ctx)
	return dberror.Required(&apierror.Error{Code: apierror.NotFound, Field: field, Message: "there is no such OAuth client"}, c, err)
}

// Create makes a client, and a secret of it where one is wanted.
func (s Clients) Create(ctx context.Context, in model.CreateOAuthClientInput) (*ent.OAuthClient, Issued, error) {
	d, err := s.TX.Client(ctx).Directory.Get(ctx, in.DirectoryID)
	if d, err = dberror.Required(dberror.ErrNoDirectory, d, err); err != nil {
		return nil, Issued{}, err
	}
	c, err := newClient(in)
	if err != nil {
		return nil, Issued{}, err
	}
	now := schematype.Now()
	c, err = s.TX.Client(ctx).OAuthClient.Create().
		SetCompanyID(d.CompanyID).SetDirectoryID(d.ID).SetName(c.Name).SetDescription(c.Description).
		SetTokenLifetime(c.TokenLifetime).SetJwks(c.Jwks).
		SetFederationIssuer(c.FederationIssuer).SetFederationAudience(c.FederationAudience).
		SetFederationSubject(c.FederationSubject).SetFederationJwksURI(c.FederationJwksURI).
		SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return nil, Issued{}, err
	}
	if err := s.Feed.Record(ctx, clientChange(c, change.KindCREATED, nil, clientAttributes(c))); err != nil || !in.WithSecret {
		return c, Issued{}, err
	}
	i, err := s.saveSecret(ctx, c, in.SecretExpiresAt)
	if e, ok := err.(*apierror.Error); ok && e.Field == "expiresAt" {
		err = &apierror.Error{Code: e.Code, Field: "secretExpiresAt", Message: e.Message}
	}
	return c, i, err
}

// Update changes what of a client can be changed.
func (s Clients) Update(ctx context.Context, in model.UpdateOAuthClientInput) (*ent.OAuthClient, error) {
	c, err := s.Find(ctx, in.ID, "id")
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
	if err := checkClient(&changed); err != nil {
		return nil, err
	}
	return s.change(ctx, c, &changed)
}

// Revoke makes a client stop working at once, with its secrets and access
// tokens.
func (s Clients) Revoke(ctx context.Context, id uuid.UUID, version *int) (*ent.OAuthClient, error) {
	c, err := s.Find(ctx, id, "id")
	if err != nil || c.RevokedAt != nil {
		return c, err
	}
	if err := dberror.CheckVersion(version, c.Version); err != nil {
		return nil, err
	}
	secrets, err := s.WorkingSecrets(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, k := range secrets {
		if _, err := Keys(s).Revoke(ctx, k.ID, nil); err != nil {
			return nil, err
		}
	}
	changed := *c
	changed.RevokedAt = new(schematype.Now())
	return s.change(ctx, c, &changed)
}

// change writes what differs between c and changed.
func (s Clients) change(ctx context.Context, c, changed *ent.OAuthClient) (*ent.OAuthClient, error) {
	before, after, err := attribute.Difference(clientAttributes(c), clientAttributes(changed))
	if err != nil || len(before)+len(after) == 0 {
		return c, err
	}
	updated := *changed
	updated.Version, updated.UpdatedAt = c.Version+1, schematype.Now()
	err = dberror.One(s.TX.Client(ctx).OAuthClient.Update().
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
	s.Changed(ctx, c.ID)
	return &updated, s.Feed.Record(ctx, clientChange(&updated, change.KindUPDATED, before, after))
}

// Connection is a page of the clients of a directory.
func (s Clients) Connection(ctx context.Context, o load.Owner, args list.Args) (*model.OAuthClientConnection, error) {
	l := list.List[*ent.OAuthClient]{
		Table: s.Tables.OAuthClients, Scope: list.Scope{Sealer: s.Sealer, Name: "oauthClients", Owner: o.ID},
		By: list.Oldest(s.Tables.OAuthClients.ID), Column: oauthclient.FieldDirectoryID,
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
