package credential

import (
	"net/url"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/issuers"
)

const (
	maxJWKS  = 16384
	maxClaim = 2048
)

// newClient returns the client that is asked for, of no directory yet.
func newClient(in model.CreateOAuthClientInput) (*ent.OAuthClient, error) {
	c := &ent.OAuthClient{Name: in.Name, TokenLifetime: in.TokenLifetimeSeconds}
	if in.Description != nil {
		c.Description = *in.Description
	}
	if in.Jwks != nil {
		c.Jwks = *in.Jwks
	}
	if err := federate(c, in.Federation); err != nil {
		return nil, err
	}
	return c, checkClient(c)
}

// checkClient fails for a client that cannot be stored.
func checkClient(c *ent.OAuthClient) error {
	if schematype.IsTokenLifetime(c.TokenLifetime) != nil {
		return apierror.Errorf(apierror.Invalid, "tokenLifetimeSeconds", "tokenLifetimeSeconds must be from %d to %d", schematype.MinTokenLifetime, schematype.MaxTokenLifetime)
	}
	if len(c.Jwks) > maxJWKS {
		return apierror.Errorf(apierror.Invalid, "jwks", "jwks has more than %d bytes", maxJWKS)
	}
	if c.Jwks != "" {
		if _, err := issuers.ParseKeys([]byte(c.Jwks)); err != nil {
			return &apierror.Error{Code: apierror.Invalid, Field: "jwks", Message: "jwks: " + err.Error(), Cause: err}
		}
	}
	return clientAttributes(c).CheckStorable()
}

// federate makes c trust an issuer, or none.
func federate(c *ent.OAuthClient, in *model.OAuthFederationInput) error {
	if in == nil {
		c.FederationIssuer, c.FederationAudience, c.FederationSubject, c.FederationJwksURI = "", "", "", ""
		return nil
	}
	for _, claim := range []struct{ name, value string }{{"issuer", in.Issuer}, {"audience", in.Audience}, {"subject", in.Subject}} {
		if claim.value == "" || len(claim.value) > maxClaim || !attribute.Storable(claim.value) {
			return apierror.Errorf(apierror.Invalid, "federation."+claim.name, "%s must have 1 to %d bytes", claim.name, maxClaim)
		}
	}
	if u, err := url.Parse(in.Issuer); err != nil || u.Scheme != "https" || u.Host == "" {
		return apierror.Errorf(apierror.Invalid, "federation.issuer", "issuer must be an https address")
	}
	uri := issuers.KeysURI(in.Issuer)
	if in.JwksURI != nil {
		uri = *in.JwksURI
	}
	if uri == "" {
		return apierror.Errorf(apierror.Invalid, "federation.jwksUri", "jwksUri is needed: it is not known where this issuer publishes its keys")
	}
	if err := issuers.CheckURL(uri, false); err != nil || len(uri) > maxClaim || !attribute.Storable(uri) {
		return apierror.Errorf(apierror.Invalid, "federation.jwksUri", "jwksUri must be an https address without user, password or fragment")
	}
	c.FederationIssuer, c.FederationAudience, c.FederationSubject, c.FederationJwksURI = in.Issuer, in.Audience, in.Subject, uri
	return nil
}

// Federation returns the issuer that a client trusts, or nil.
func Federation(c *ent.OAuthClient) *model.OAuthFederation {
	if c.FederationIssuer == "" {
		return nil
	}
	return &model.OAuthFederation{
		Issuer: c.FederationIssuer, Audience: c.FederationAudience, Subject: c.FederationSubject, JwksURI: c.FederationJwksURI,
	}
}
