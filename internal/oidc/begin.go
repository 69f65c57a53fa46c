package oidc

import (
	"context"
	"crypto/rand"
	"strconv"
	"time"

	"golang.org/x/oauth2"
)

// maxPending is how long a sign-in at a provider may take.
const maxPending = 10 * time.Minute

// Pending is what a sign-in that was begun has to be compared with. It must come
// back from the browser that began it, unread and unchanged.
type Pending struct {
	State    string        `json:"s"`
	Nonce    string        `json:"n"`
	Verifier string        `json:"v"` // of PKCE
	Issuer   string        `json:"i"`
	ClientID string        `json:"c"`
	MaxAge   time.Duration `json:"m,omitempty"`
	Begun    time.Time     `json:"t"`
}

// Options are how a person shall sign in.
type Options struct {
	// MaxAge is how long ago a person may have entered credentials; any time where
	// it is 0. The provider must then say when that was.
	MaxAge    time.Duration
	LoginHint string // whom to suggest
	Prompt    string // login, select_account, consent or none (OpenID Connect Core 1.0 §3.1.2.1)
}

// Begin returns the address to send the browser to.
func (c *Client) Begin(ctx context.Context, p Provider, redirectURI string, o Options) (authURL string, pending Pending, err error) {
	m, err := c.discover(ctx, p)
	if err != nil {
		return "", Pending{}, err
	}
	pending = Pending{
		State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
		Issuer: p.issuer(), ClientID: p.ClientID, MaxAge: o.MaxAge, Begun: c.cfg.Now().UTC(),
	}
	parameters := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(pending.Verifier),
		oauth2.SetAuthURLParam("nonce", pending.Nonce),
		oauth2.SetAuthURLParam("response_mode", "query"),
	}
	if o.MaxAge > 0 {
		parameters = append(parameters, oauth2.SetAuthURLParam("max_age", strconv.Itoa(int(o.MaxAge.Seconds()))))
	}
	for name, value := range map[string]string{"login_hint": o.LoginHint, "prompt": o.Prompt} {
		if value != "" {
			parameters = append(parameters, oauth2.SetAuthURLParam(name, value))
		}
	}
	return p.oauth(m, redirectURI).AuthCodeURL(pending.State, parameters...), pending, nil
}
