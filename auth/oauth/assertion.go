package oauth

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	ent "github.com/feddir/feddir/ent/generated"
)

const (
	// leeway is by how much the clock of another issuer may differ.
	leeway = time.Minute
	// maxAssertionLife is how long a client's own JWT may be good.
	maxAssertionLife = 10 * time.Minute
	maxJTI           = 255
)

var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.ES256}

// assertion is a JWT that stands for a client (RFC 7523 §3). Its claims are
// what it says, not what is known, until it is verified.
type assertion struct {
	token  *jwt.JSONWebToken
	kid    string
	claims claims
}

type claims struct {
	jwt.Claims
	TenantID string `json:"tid"` // of Microsoft Entra ID
}

func parseAssertion(text string) (*assertion, error) {
	token, err := jwt.ParseSigned(text, algorithms)
	if err != nil {
		return nil, err
	}
	a := &assertion{token: token, kid: token.Headers[0].KeyID}
	return a, token.UnsafeClaimsWithoutVerification(&a.claims)
}

// byAssertion verifies a JWT: the client's own where it is the issuer, else
// that of the issuer it trusts.
func (s *Server) byAssertion(ctx context.Context, req *request) (*credential, error) {
	c, err := s.working(ctx, req.client)
	if err != nil {
		return nil, err
	}
	if req.assertion.claims.Issuer == c.ID.String() {
		return s.byOwnKey(c, req.assertion)
	}
	return s.byFederation(ctx, c, req.assertion)
}

// byOwnKey verifies a JWT that the client signed itself (RFC 7523 §3). It is
// good once: see [Server.issue].
func (s *Server) byOwnKey(c *ent.OAuthClient, a *assertion) (*credential, error) {
	keys, err := ParseKeys([]byte(c.Jwks))
	if err != nil {
		return nil, errClient
	}
	k := pick(keys, a.kid)
	if k == nil && a.kid == "" && len(keys) == 1 {
		k = &keys[0]
	}
	id := c.ID.String()
	expected := jwt.Expected{Issuer: id, Subject: id, AnyAudience: jwt.Audience{TokenURL(s.cfg.BaseURL)}}
	if err := s.verify(a, k, expected); err != nil {
		return nil, err
	}
	if n := len(a.claims.ID); n == 0 || n > maxJTI || a.claims.Expiry.Time().Sub(s.cfg.Now()) > maxAssertionLife+leeway {
		return nil, errClient
	}
	jti := sha256.Sum256([]byte(a.claims.ID))
	return &credential{client: c, assertion: jti[:]}, nil
}

// byFederation verifies a JWT of the issuer that the client trusts. What it
// says is compared first, so that only who knows all of it makes us fetch keys.
func (s *Server) byFederation(ctx context.Context, c *ent.OAuthClient, a *assertion) (*credential, error) {
	if c.FederationIssuer == "" || a.claims.Issuer != c.FederationIssuer || a.claims.Subject != c.FederationSubject ||
		!meant(a.claims.Audience, c.FederationAudience) || !ofTenant(a.claims) {
		return nil, errClient
	}
	k, err := s.keySets.key(ctx, c.FederationJwksURI, a.kid)
	if err != nil {
		return nil, err
	}
	if err := s.verify(a, k, jwt.Expected{Issuer: c.FederationIssuer, Subject: c.FederationSubject}); err != nil {
		return nil, err
	}
	return &credential{client: c}, nil
}

// verify checks the signature and the claims that every JWT needs.
func (s *Server) verify(a *assertion, k *jose.JSONWebKey, expected jwt.Expected) error {
	if k == nil {
		return errClient
	}
	var verified claims
	if err := a.token.Claims(k.Key, &verified); err != nil {
		return errClient
	}
	expected.Time = s.cfg.Now()
	if verified.Expiry == nil || verified.ValidateWithLeeway(expected, leeway) != nil {
		return errClient
	}
	a.claims = verified
	return nil
}

// meant reports whether an audience names who is configured. Entra's guide
// prints the application's id with api:// before it, its tokens have it bare.
func meant(audience jwt.Audience, configured string) bool {
	for _, a := range audience {
		if strings.TrimPrefix(a, "api://") == strings.TrimPrefix(configured, "api://") {
			return true
		}
	}
	return false
}

// ofTenant reports whether a token of Microsoft Entra ID is of the tenant that
// its issuer names; tokens of others pass.
func ofTenant(c claims) bool {
	tenant, ok := entraTenant(c.Issuer)
	return !ok || c.TenantID == tenant
}
