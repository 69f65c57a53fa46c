package graph

import (
	"context"
	"net/url"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/auth/oauth"
)

const (
	maxClientSecrets = 2 // that work at a time: one, and one to take its place

	minTokenLifetime = 60 * 60 // seconds, as Microsoft Entra ID wants it
	maxTokenLifetime = 6 * 60 * 60
	maxJWKS          = 16384
	maxClaim         = 2048
)

// checkOAuthClient fails for a client that cannot be stored.
func checkOAuthClient(c *ent.OAuthClient) error {
	if c.TokenLifetime < minTokenLifetime || c.TokenLifetime > maxTokenLifetime {
		return apierror.Errorf(apierror.Invalid, "tokenLifetimeSeconds", "tokenLifetimeSeconds must be from %d to %d", minTokenLifetime, maxTokenLifetime)
	}
	if len(c.Jwks) > maxJWKS {
		return apierror.Errorf(apierror.Invalid, "jwks", "jwks has more than %d bytes", maxJWKS)
	}
	if c.Jwks != "" {
		if _, err := oauth.ParseKeys([]byte(c.Jwks)); err != nil {
			return &apierror.Error{Code: apierror.Invalid, Field: "jwks", Message: "jwks: " + err.Error(), Cause: err}
		}
	}
	return oauthClientAttributes(c).CheckStorable()
}

// federate makes c trust an issuer, or none.
func federate(c *ent.OAuthClient, in *model.OAuthFederationInput) error {
	if in == nil {
		c.FederationIssuer, c.FederationAudience, c.FederationSubject, c.FederationJwksURI = "", "", "", ""
		return nil
	}
	for name, value := range map[string]string{"issuer": in.Issuer, "audience": in.Audience, "subject": in.Subject} {
		if value == "" || len(value) > maxClaim || !attribute.Storable(value) {
			return apierror.Errorf(apierror.Invalid, "federation."+name, "%s must have 1 to %d bytes", name, maxClaim)
		}
	}
	if u, err := url.Parse(in.Issuer); err != nil || u.Scheme != "https" || u.Host == "" {
		return apierror.Errorf(apierror.Invalid, "federation.issuer", "issuer must be an https address")
	}
	uri := oauth.KeysURI(in.Issuer)
	if in.JwksURI != nil {
		uri = *in.JwksURI
	}
	if uri == "" {
		return apierror.Errorf(apierror.Invalid, "federation.jwksUri", "jwksUri is needed: it is not known where this issuer publishes its keys")
	}
	if err := oauth.CheckKeysURI(uri); err != nil || len(uri) > maxClaim || !attribute.Storable(uri) {
		return apierror.Errorf(apierror.Invalid, "federation.jwksUri", "jwksUri must be an https address without user, password or fragment")
	}
	c.FederationIssuer, c.FederationAudience, c.FederationSubject, c.FederationJwksURI = in.Issuer, in.Audience, in.Subject, uri
	return nil
}

// saveClientSecret makes a secret of c, whose row is locked.
func (r *Resolver) saveClientSecret(ctx context.Context, c *ent.OAuthClient, expiresAt *time.Time) (issuedKey, error) {
	if c.RevokedAt != nil {
		return issuedKey{}, errClientRevoked
	}
	now := schematype.Now()
	if expiresAt == nil {
		end := now.AddDate(2, 0, 0)
		expiresAt = &end
	}
	if expiresAt.Before(now.AddDate(1, 0, 0)) || expiresAt.After(now.AddDate(3, 0, 0)) {
		return issuedKey{}, apierror.Errorf(apierror.Invalid, "expiresAt", "a client secret must expire in one to three years")
	}
	working, err := r.workingSecrets(ctx, c)
	if err != nil {
		return issuedKey{}, err
	}
	if len(working) >= maxClientSecrets {
		return issuedKey{}, apierror.Errorf(apierror.Conflict, "", "two secrets of the client work already; revoke one first")
	}
	return r.saveKey(ctx, &ent.Key{
		CompanyID: c.CompanyID, DirectoryID: &c.DirectoryID, ClientID: &c.ID, Kind: key.KindCLIENT,
		Name: c.Name, ExpiresAt: expiresAt,
	})
}

// replaceClientSecret makes the successor of a client secret.
func (r *Resolver) replaceClientSecret(ctx context.Context, k *ent.Key, expiresAt *time.Time) (issuedKey, error) {
	c, err := r.findOAuthClient(ctx, *k.ClientID, "id")
	if err != nil {
		return issuedKey{}, err
	}
	return r.saveClientSecret(ctx, c, expiresAt)
}

// oauthClientAttributes are what a change tells of a client.
func oauthClientAttributes(c *ent.OAuthClient) attribute.Values {
	a := attribute.Values{"name": c.Name, "description": c.Description, "tokenLifetimeSeconds": c.TokenLifetime, "jwks": c.Jwks}
	if f := federationOf(c); f != nil {
		a["federation"] = *f
	}
	if c.RevokedAt != nil {
		a["revokedAt"] = c.RevokedAt.UTC()
	}
	return a
}

func federationOf(c *ent.OAuthClient) *model.OAuthFederation {
	if c.FederationIssuer == "" {
		return nil
	}
	return &model.OAuthFederation{
		Issuer: c.FederationIssuer, Audience: c.FederationAudience, Subject: c.FederationSubject, JwksURI: c.FederationJwksURI,
	}
}

func oauthClientChange(c *ent.OAuthClient, kind change.Kind, before, after attribute.Values) feed.Record {
	return feed.Record{
		Kind: kind, ResourceType: change.ResourceTypeOAUTH_CLIENT, ID: c.ID, Version: c.Version,
		CompanyID: c.CompanyID, DirectoryID: c.DirectoryID, Before: before, After: after,
	}
}
