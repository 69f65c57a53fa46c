package oauth

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/internal/issuers"
)

const (
	// leeway is by how much the clock of another issuer may differ.
	leeway = time.Minute
	// maxAssertionLife is the longest lifetime of a client's own JWT: libraries
	// such as Authlib use an hour. The jti is stored with the access token, which
	// lives at least as long.
	maxAssertionLife = time.Hour
	maxJTI           = 255
)

var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.ES256}

// assertion is a JWT of a client (RFC 7523 §3). Its claims are not to be trusted
// until it is verified.
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

// byAssertion authenticates a client by a JWT, which the client or an issuer that
// it trusts has signed.
func (s *Server) byAssertion(ctx context.Context, req *request) (*credential, error) {
	c, err := s.activeClient(ctx, req.client)
	if err != nil {
		return nil, err
	}
	if req.assertion.claims.Issuer == c.ID.String() {
		return s.byOwnKey(c, req.assertion)
	}
	return s.byFederation(ctx, c, req.assertion)
}

// byOwnKey verifies a JWT that the client signed itself (RFC 7523 §3). The JWT
// can be used once: see [Server.issue].
func (s *Server) byOwnKey(c *ent.OAuthClient, a *assertion) (*credential, error) {
	keys, err := issuers.ParseKeys([]byte(c.Jwks))
	if err != nil {
		return nil, failAuth(c.ID, "the client is the JWT's issuer, but has no keys of its own")
	}
	k := issuers.FindKey(keys, a.kid)
	if k == nil && a.kid == "" && len(keys) == 1 {
		k = &keys[0]
	}
	id := c.ID.String()
	// RFC 7523 §3 has the token endpoint as audience; later security advice has
	// the issuer of the authorization server.
	expected := jwt.Expected{Issuer: id, Subject: id, AnyAudience: jwt.Audience{TokenURL(s.cfg.BaseURL), s.cfg.BaseURL}}
	if reason := s.verify(a, k, expected); reason != "" {
		return nil, failAuth(c.ID, reason)
	}
	if n := len(a.claims.ID); n == 0 || n > maxJTI {
		return nil, failVerified(c.ID, fmt.Sprintf("the JWT must have a jti of 1 to %d bytes", maxJTI))
	}
	if a.claims.Expiry.Time().Sub(s.cfg.Now()) > maxAssertionLife+leeway {
		return nil, failVerified(c.ID, fmt.Sprintf("the JWT expires too late: its exp may be at most %d seconds from now", int(maxAssertionLife.Seconds())))
	}
	jti := sha256.Sum256([]byte(a.claims.ID))
	return &credential{client: c, assertion: jti[:]}, nil
}

// byFederation verifies a JWT of an issuer that the client trusts. It compares the
// claims before it fetches keys, so that only who knows all of them can make the
// server fetch keys.
func (s *Server) byFederation(ctx context.Context, c *ent.OAuthClient, a *assertion) (*credential, error) {
	if reason := checkTrusted(c, a.claims); reason != "" {
		return nil, failAuth(c.ID, reason)
	}
	k, err := s.keySets.Key(ctx, c.CompanyID, c.FederationJwksURI, a.kid)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errKeys, err)
	}
	if reason := s.verify(a, k, jwt.Expected{Issuer: c.FederationIssuer, Subject: c.FederationSubject}); reason != "" {
		return nil, failAuth(c.ID, reason)
	}
	return &credential{client: c}, nil
}

// checkTrusted returns why a client does not trust claims, or "".
func checkTrusted(c *ent.OAuthClient, claimed claims) (reason string) {
	switch {
	case c.FederationIssuer == "":
		return "the client trusts no other issuer"
	case claimed.Issuer != c.FederationIssuer:
		return "the JWT's iss is not the issuer that the client trusts"
	case claimed.Subject != c.FederationSubject:
		return "the JWT's sub is not the configured subject"
	case !audienceMatches(claimed.Audience, c.FederationAudience):
		return "the JWT's aud is not the configured audience"
	case !tenantMatches(claimed):
		return "the JWT's tid is not the tenant of its issuer"
	}
	return ""
}

// verify checks the signature and the claims that every JWT needs. It returns
// what is wrong, or "".
func (s *Server) verify(a *assertion, k *jose.JSONWebKey, expected jwt.Expected) (reason string) {
	if k == nil {
		return "no key has the kid of the JWT"
	}
	var verified claims
	if err := a.token.Claims(k.Key, &verified); err != nil {
		return "the key with the JWT's kid did not sign the JWT"
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

// audienceMatches reports whether an audience has the configured one. It ignores
// api:// before it, which Entra's guide prints and its tokens lack.
func audienceMatches(audience jwt.Audience, configured string) bool {
	configured = strings.TrimPrefix(configured, "api://")
	return slices.ContainsFunc(audience, func(a string) bool { return strings.TrimPrefix(a, "api://") == configured })
}

// tenantMatches reports whether a token of Microsoft Entra ID has the tenant that
// its issuer names. It holds for tokens of other issuers.
func tenantMatches(c claims) bool {
	tenant, ok := issuers.EntraTenant(c.Issuer)
	return !ok || c.TenantID == tenant
}
