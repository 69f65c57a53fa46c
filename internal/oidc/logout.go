package oidc

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"github.com/feddir/feddir/internal/issuers"
)

// maxLogoutAge is how old a logout token may be.
const maxLogoutAge = 10 * time.Minute

// LogoutURL returns the address at which a browser also signs out of the provider
// (OpenID Connect RP-Initiated Logout 1.0), or "" if the provider has none. The
// provider sends the browser back to returnURI, with state.
func (c *Client) LogoutURL(ctx context.Context, p Provider, returnURI, hint, state string) (string, error) {
	m, err := c.discover(ctx, p)
	if err != nil || issuers.CheckURL(m.EndSessionEndpoint, c.cfg.Private) != nil {
		return "", err
	}
	u, err := url.Parse(m.EndSessionEndpoint)
	if err != nil {
		return "", fail(ErrUnavailable, "its metadata is malformed")
	}
	query := u.Query()
	query.Set("client_id", p.ClientID)
	for name, value := range map[string]string{"post_logout_redirect_uri": returnURI, "logout_hint": hint, "state": state} {
		if value != "" {
			query.Set(name, value)
		}
	}
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// Logout is whom a provider signs out. At least one of Subject and SessionID is
// set. The subject is the claim sub, whatever claim tells people apart.
type Logout struct {
	Issuer    string
	Subject   string
	SessionID string
	TokenID   string // to be refused the second time, until Until
	Until     time.Time
}

// VerifyLogout verifies a logout token (OpenID Connect Back-Channel Logout 1.0
// §2.6). That a token is used once is the caller's to hold.
func (c *Client) VerifyLogout(ctx context.Context, p Provider, raw string) (*Logout, error) {
	m, err := c.discover(ctx, p)
	if err != nil {
		return nil, err
	}
	if !isLogoutToken(raw) {
		return nil, fail(ErrToken, "its typ is another")
	}
	keys := &keySet{client: c, uri: m.JWKSURI}
	token, err := c.verifier(p, keys).VerifyLogout(ctx, raw)
	if err != nil {
		return nil, whyInvalid(err, keys)
	}
	if !hasLogoutEvent(token) {
		return nil, fail(ErrToken, "it has no event of a logout")
	}
	if !c.mayIssue(p, token.Issuer) {
		return nil, fail(ErrIssuer, "the iss of the token is another issuer")
	}
	now := c.cfg.Now()
	if token.IssuedAt.After(now.Add(skew)) || token.IssuedAt.Before(now.Add(-maxLogoutAge-skew)) {
		return nil, fail(ErrToken, "its iat is not now")
	}
	if token.TokenID != clip(token.TokenID) || token.Subject != clip(token.Subject) || token.SessionID != clip(token.SessionID) {
		return nil, fail(ErrToken, "a claim is too long, or no text")
	}
	return &Logout{token.Issuer, token.Subject, token.SessionID, token.TokenID, token.IssuedAt.Add(maxLogoutAge + 2*skew)}, nil
}

// hasLogoutEvent reports whether a token has the event of a logout: an object.
func hasLogoutEvent(token *oidc.LogoutToken) bool {
	var said claims
	if token.Claims(&said) != nil {
		return false
	}
	events, _ := said["events"].(map[string]any)
	_, ok := events["http://schemas.openid.net/event/backchannel-logout"].(map[string]any)
	return ok
}

// isLogoutToken reports whether the typ of a token allows it to be a logout token:
// many providers set none, or JWT.
func isLogoutToken(raw string) bool {
	signed, err := jose.ParseSignedCompact(raw, algorithms)
	if err != nil {
		return true // to be refused for what it is
	}
	typ, _ := signed.Signatures[0].Protected.ExtraHeaders[jose.HeaderType].(string)
	switch strings.ToLower(typ) {
	case "", "jwt", "logout+jwt", "application/logout+jwt":
		return true
	}
	return false
}
