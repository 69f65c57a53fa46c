package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/url"
	"regexp"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Identity is who signed in, as the provider says.
type Identity struct {
	Issuer  string // with Subject: who it is
	Subject string
	Tenant  string // of Microsoft Entra ID

	Name  string // for display only
	Email string // for display only: people may be able to choose it

	AuthTime   time.Time // when credentials were entered; zero where the provider does not say
	SessionID  string    // the provider's, for back-channel logout
	LogoutHint string    // whom [Client.LogoutURL] signs out

	Claims map[string]any // for rules
	// GroupsOmitted means that the person is in so many groups that the provider
	// leaves them out of the token.
	GroupsOmitted bool
}

// Finish returns who signed in, from the query that the provider sent the browser
// back with. A [Pending] must be used once.
func (c *Client) Finish(ctx context.Context, p Provider, redirectURI string, pending Pending, query url.Values) (*Identity, error) {
	if err := c.checkAnswer(p, pending, query); err != nil {
		return nil, err
	}
	m, err := c.discover(ctx, p)
	if err != nil {
		return nil, err
	}
	if m.SaysIssuer && !query.Has("iss") {
		return nil, fail(ErrIssuer, "the answer lacks the parameter iss")
	}
	if query.Get("code") == "" {
		return nil, fail(ErrState, "the answer has no code")
	}
	raw, err := c.redeem(ctx, p.oauth(m, redirectURI), query.Get("code"), pending.Verifier)
	if err != nil {
		return nil, err
	}
	id, err := c.verify(ctx, p, m, pending, raw)
	if err == nil && query.Has("iss") && query.Get("iss") != id.Issuer {
		return nil, fail(ErrIssuer, "the parameter iss is not the issuer of the token")
	}
	return id, err
}

// checkAnswer compares an answer with the sign-in that was begun. What the
// provider says of an error counts only if it answers that sign-in.
func (c *Client) checkAnswer(p Provider, pending Pending, query url.Values) error {
	for _, values := range query {
		if len(values) > 1 {
			return fail(ErrState, "the answer has a parameter twice")
		}
	}
	age := c.cfg.Now().Sub(pending.Begun)
	switch {
	case pending.State == "" || pending.Nonce == "" || pending.Verifier == "" || !same(query.Get("state"), pending.State):
		return fail(ErrState, "the state is another")
	case pending.Issuer != p.issuer() || pending.ClientID != p.ClientID:
		return fail(ErrIssuer, "the sign-in was begun with another provider")
	case age > maxPending || age < -skew:
		return fail(ErrExpired, "it took longer than "+maxPending.String())
	case query.Has("iss") && !c.mayIssue(p, query.Get("iss")):
		return fail(ErrIssuer, "the parameter iss is another issuer")
	case query.Has("error"):
		return answered(query.Get("error"), query.Get("error_description"))
	}
	return nil
}

// redeem exchanges a code for the ID token.
func (c *Client) redeem(ctx context.Context, client *oauth2.Config, code, verifier string) (idToken string, err error) {
	token, err := client.Exchange(oidc.ClientContext(ctx, c.http), code, oauth2.VerifierOption(verifier))
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		if refused.Response.StatusCode >= 500 {
			return "", fail(ErrUnavailable, "its token endpoint fails")
		}
		return "", answered(refused.ErrorCode, refused.ErrorDescription)
	}
	if err != nil {
		return "", fail(ErrUnavailable, whyUnavailable(err, "its token endpoint does not answer as one"))
	}
	idToken, ok := token.Extra("id_token").(string)
	if !ok {
		return "", fail(ErrToken, "the token endpoint gave no ID token")
	}
	return idToken, nil
}

// answers are the kinds of the errors that providers answer with (RFC 6749
// §4.1.2.1 and §5.2, OpenID Connect Core 1.0 §3.1.2.6).
var answers = map[string]error{
	"access_denied": ErrDenied,

	"login_required": ErrInteraction, "interaction_required": ErrInteraction, "consent_required": ErrInteraction,
	"account_selection_required": ErrInteraction,

	"invalid_request": ErrConfiguration, "invalid_client": ErrConfiguration, "unauthorized_client": ErrConfiguration,
	"unsupported_response_type": ErrConfiguration, "unsupported_grant_type": ErrConfiguration, "invalid_scope": ErrConfiguration,

	"invalid_grant": ErrExpired, // the code is used or too old

	"server_error": ErrUnavailable, "temporarily_unavailable": ErrUnavailable,
}

// entraCode is how Microsoft Entra ID numbers its errors.
var entraCode = regexp.MustCompile(`\bAADSTS[0-9]{4,8}\b`)

// answered returns the error that a provider answered with. Of its text only the
// number is taken, since anybody can write a text into an answer.
func answered(code, description string) error {
	kind, ok := answers[code]
	if !ok {
		kind, code = ErrUnavailable, "an error of no known kind"
	}
	if number := entraCode.FindString(description); number != "" {
		code += " (" + number + ")"
	}
	return fail(kind, "the provider answered "+code)
}

// same compares secrets in constant time.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
