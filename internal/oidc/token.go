package oidc

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"

	"github.com/feddir/feddir/internal/issuers"
)

// maxSubject is the longest subject (OpenID Connect Core 1.0 §2), in bytes. What
// is longer of other claims is cut off.
const maxSubject = 255

// claims are those of a token, by their exact names.
type claims map[string]any

// text returns a claim that is a text, or "".
func (c claims) text(name string) string {
	text, _ := c[name].(string)
	return text
}

// verify returns who an ID token says has signed in.
func (c *Client) verify(ctx context.Context, p Provider, m *metadata, pending Pending, raw string) (*Identity, error) {
	keys := &keySet{client: c, uri: m.JWKSURI}
	token, err := c.verifier(p, keys).Verify(ctx, raw)
	if err != nil {
		return nil, whyInvalid(err, keys)
	}
	var said claims
	if err := token.Claims(&said); err != nil {
		return nil, fail(ErrToken, "its claims are malformed")
	}
	if err := c.checkIssuerOf(p, token.Issuer, said); err != nil {
		return nil, err
	}
	if err := c.checkClaims(p, pending, token, said); err != nil {
		return nil, err
	}
	subject := said.text(p.subjectClaim())
	if !isSubject(subject) {
		return nil, fail(ErrToken, "it has no "+p.subjectClaim())
	}
	return p.identity(subject, token.Issuer, said), nil
}

func (p Provider) identity(subject, issuer string, said claims) *Identity {
	id := &Identity{
		Issuer: issuer, Subject: subject, Name: clip(said.text("name")), Email: clip(said.text("email")),
		SessionID: clip(said.text("sid")), LogoutHint: clip(said.text("login_hint")), Claims: said,
	}
	switch user := said.text("preferred_username"); {
	case p.Preset == Entra:
		id.Tenant = said.text("tid")
	case p.Preset == Google:
		id.Issuer = issuers.Google // whichever form the token has
	case id.Email == "" && strings.Contains(user, "@"):
		id.Email = clip(user)
	}
	if at, ok := said.authTime(); ok {
		id.AuthTime = at
	}
	elsewhere, _ := said["_claim_names"].(map[string]any)
	id.GroupsOmitted = elsewhere["groups"] != nil || said["hasgroups"] == true
	return id
}

func (c claims) authTime() (at time.Time, ok bool) {
	seconds, ok := c["auth_time"].(float64)
	return time.Unix(int64(seconds), 0).UTC(), ok
}

// checkIssuerOf fails unless a provider's token has its issuer, and the tenant of
// that issuer.
func (c *Client) checkIssuerOf(p Provider, issuer string, said claims) error {
	if !c.mayIssue(p, issuer) {
		return fail(ErrIssuer, "the iss of the token is another issuer")
	}
	if p.Preset != Entra {
		return nil
	}
	_, tenant, _ := c.entra(issuer)
	_, configured, _ := c.entra(p.issuer())
	switch {
	case said.text("tid") != tenant:
		return fail(ErrIssuer, "the tid of the token is not the tenant of its issuer")
	case tenant == personalAccounts && configured == "organizations":
		return fail(ErrIssuer, "the account is a personal one, of no organization")
	case !isGUID(said.text("oid")):
		return fail(ErrToken, "it has no oid")
	}
	return nil
}

// mayIssue reports whether an issuer is the provider's: for many tenants, that of
// any one in the same cloud.
func (c *Client) mayIssue(p Provider, issuer string) bool {
	want := p.issuer()
	if p.Preset == Entra {
		cloud, tenant, _ := c.entra(issuer)
		if wanted, configured, _ := c.entra(want); manyTenants(configured) {
			return isGUID(tenant) && cloud == wanted
		}
	}
	return issuer == want || want == issuers.Google && "https://"+issuer == want // Google's older form
}

// checkClaims checks what the library leaves to its callers.
func (c *Client) checkClaims(p Provider, pending Pending, token *oidc.IDToken, said claims) error {
	now := c.cfg.Now()
	at, dated := said.authTime()
	_, named := said["azp"]
	switch {
	case named && said.text("azp") != p.ClientID, !named && len(token.Audience) > 1:
		return fail(ErrToken, "its azp is another client")
	case token.IssuedAt.After(now.Add(skew)) || token.IssuedAt.Before(pending.Begun.Add(-skew)):
		return fail(ErrToken, "its iat is not within the sign-in")
	case !same(token.Nonce, pending.Nonce):
		return fail(ErrToken, "its nonce is another")
	case !isSubject(said.text("sub")):
		return fail(ErrToken, "it has no sub")
	case dated && at.After(now.Add(skew)):
		return fail(ErrToken, "its auth_time is in the future")
	case pending.MaxAge > 0 && !dated:
		return fail(ErrOld, "the token has no auth_time")
	case pending.MaxAge > 0 && now.Sub(at) > pending.MaxAge+skew:
		return fail(ErrOld, "its auth_time is more than "+pending.MaxAge.String()+" ago")
	}
	return nil
}

// whyInvalid says why the library refused a token.
func whyInvalid(err error, keys *keySet) error {
	if keys.err != nil {
		return fail(ErrUnavailable, whyUnavailable(keys.err, "its keys cannot be fetched"))
	}
	if _, ok := errors.AsType[*oidc.TokenExpiredError](err); ok {
		return fail(ErrToken, "its exp has passed")
	}
	return fail(ErrToken, "its form, signature, audience or time is wrong")
}

// isGUID reports whether a text is an id as Microsoft Entra ID writes it.
func isGUID(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && id.String() == text
}

func isSubject(text string) bool { return text != "" && clip(text) == text }

// clip returns a text that can be stored and shown: without control characters,
// and not too long.
func clip(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
	return strings.ToValidUTF8(text[:min(len(text), maxSubject)], "")
}
