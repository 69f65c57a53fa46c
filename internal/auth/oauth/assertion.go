package oauth

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	ent "github.com/feddir/feddir/ent/generated"
)

const (
	// leeway is by how much the clock of another issuer may differ.
	leeway = time.Minute
	// maxAssertionLife is how long a client's own JWT may be good: what libraries
	// such as Authlib make them good for. Its jti is kept with the access token
	// that it got, which lives at least as long.
	maxAssertionLife = time.Hour
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
		return nil, because(c.ID, "it is the JWT's issuer, and has no keys of its own")
	}
	k := pick(keys, a.kid)
	if k == nil && a.kid == "" && len(keys) == 1 {
		k = &keys[0]
	}
	id := c.ID.String()
	// RFC 7523 §3 has the token endpoint; clients that heed its later security
	// advice name the authorization server by its issuer.
	expected := jwt.Expected{Issuer: id, Subject: id, AnyAudience: jwt.Audience{TokenURL(s.cfg.BaseURL), s.cfg.BaseURL}}
	if reason := s.verify(a, k, expected); reason != "" {
		return nil, because(c.ID, reason)
	}
	if n := len(a.claims.ID); n == 0 || n > maxJTI {
		return nil, proven(c.ID, fmt.Sprintf("the JWT must have a jti of 1 to %d bytes", maxJTI))
	}
	if a.claims.Expiry.Time().Sub(s.cfg.Now()) > maxAssertionLife+leeway {
		return nil, proven(c.ID, fmt.Sprintf("the JWT is good for too long: its exp may be at most %d seconds from now", int(maxAssertionLife.Seconds())))
	}
	jti := sha256.Sum256([]byte(a.claims.ID))
	return &credential{client: c, assertion: jti[:]}, nil
}

// byFederation verifies a JWT of the issuer that the client trusts. What it
// says is compared first, so that only who knows all of it makes us fetch keys.
func (s *Server) byFederation(ctx context.Context, c *ent.OAuthClient, a *assertion) (*credential, error) {
	if reason := foreign(c, a.claims); reason != "" {
		return nil, because(c.ID, reason)
	}
	k, err := s.keySets.key(ctx, c.CompanyID, c.FederationJwksURI, a.kid)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errKeys, err)
	}
	if reason := s.verify(a, k, jwt.Expected{Issuer: c.FederationIssuer, Subject: c.FederationSubject}); reason != "" {
		return nil, because(c.ID, reason)
	}
	return &credential{client: c}, nil
}

// foreign returns why claims are not those that a client trusts, "" when they are.
func foreign(c *ent.OAuthClient, claimed claims) (reason string) {
	switch {
	case c.FederationIssuer == "":
		return "it trusts no other issuer than itself"
	case claimed.Issuer != c.FederationIssuer:
		return "the JWT's iss is not the issuer that it trusts"
	case claimed.Subject != c.FederationSubject:
		return "the JWT's sub is not the subject that is configured"
	case !meant(claimed.Audience, c.FederationAudience):
		return "the JWT's aud is not the audience that is configured"
	case !ofTenant(claimed):
		return "the JWT's tid is not the tenant of its issuer"
	}
	return ""
}

// verify checks the signature and the claims that every JWT needs, and returns
// what is wrong with them.
func (s *Server) verify(a *assertion, k *jose.JSONWebKey, expected jwt.Expected) (reason string) {
	if k == nil {
		return "no key has the kid of the JWT"
	}
	var verified claims
	if err := a.token.Claims(k.Key, &verified); err != nil {
		return "the JWT's signature is not that of the key with its kid"
	}
	expected.Time = s.cfg.Now()
	if verified.Expiry == nil {
		return "the JWT has no exp"
	}
	if err := verified.ValidateWithLeeway(expected, leeway); err != nil {
		return err.Error() // it names the claim and repeats no value
	}
	a.claims = verified
	return ""
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
