package simulate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// credentials give the access token of each request: a fixed one, or one fetched with OAuth 2.0 and renewed in time:
// with client credentials (RFC 6749 §4.4), or with an assertion instead of a secret (RFC 7523).
type credentials struct {
	fixed      string
	tokenURL   string
	id, secret string
	auth       string      // where the secret goes: basic, body or both
	assertions *assertions // nil for a secret
	grant      string      // with an assertion: client_credentials or jwt-bearer
	scope      string
	http       *http.Client
	report     *report

	mu      sync.Mutex
	fetched string
	renew   time.Time
}

func newCredentials(opt options, h *http.Client, r *report) (*credentials, error) {
	c := &credentials{fixed: opt.token, tokenURL: opt.tokenURL, id: opt.clientID, secret: opt.clientSecret, auth: opt.clientAuth,
		grant: opt.grant, scope: opt.scope, http: h, report: r}
	if opt.clientKey == "" && opt.assertionFile == "" {
		return c, nil
	}
	var err error
	c.assertions, err = newAssertions(opt)
	return c, err
}

// token returns the token to send, or "" if none is configured. It does not return the refused token again.
func (c *credentials) token(ctx context.Context, refused string) (string, error) {
	if c.tokenURL == "" {
		return c.fixed, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fetched != "" && c.fetched != refused && time.Now().Before(c.renew) {
		return c.fetched, nil
	}
	if err := c.fetch(ctx); err != nil {
		return "", err
	}
	return c.fetched, nil
}

// protected reports whether requests have a token.
func (c *credentials) protected() bool { return c.fixed != "" || c.renewable() }

func (c *credentials) renewable() bool { return c.tokenURL != "" }

// fetch requests a token. An answer without a token ends the job; a missing answer does not.
func (c *credentials) fetch(ctx context.Context) error {
	req, err := c.request(ctx)
	if err != nil {
		return &unreachable{fmt.Errorf("token request: %w", err)}
	}
	start, status := time.Now(), 0
	defer func() { c.report.count("fetch token", status, time.Since(start), nil) }()
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	status = res.StatusCode
	token, lifetime, err := readToken(res)
	if err != nil {
		return &unreachable{fmt.Errorf("token endpoint: %w", err)}
	}
	c.fetched, c.renew = token, time.Now().Add(lifetime*9/10)
	return nil
}

// request is a request for a token.
func (c *credentials) request(ctx context.Context) (*http.Request, error) {
	form := url.Values{"grant_type": {clientCredentials}}
	if c.assertions != nil {
		var err error
		if form, err = c.assertions.form(c.grant); err != nil {
			return nil, err
		}
	}
	if c.scope != "" {
		form.Set("scope", c.scope)
	}
	if c.id != "" && (c.assertions != nil || c.auth != "basic") {
		form.Set("client_id", c.id)
	}
	if c.assertions == nil && c.auth != "basic" {
		form.Set("client_secret", c.secret)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.tokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	if c.assertions == nil && c.auth != "body" {
		// RFC 6749 §2.3.1: both are form-encoded before they go into the header.
		req.SetBasicAuth(url.QueryEscape(c.id), url.QueryEscape(c.secret))
	}
	return req, nil
}

// readToken reads a successful answer of a token endpoint (RFC 6749 §5.1).
func readToken(res *http.Response) (token string, lifetime time.Duration, err error) {
	var answer struct {
		Token    string  `json:"access_token"`
		Type     string  `json:"token_type"`
		Lifetime float64 `json:"expires_in"`
		Error    string  `json:"error"`
	}
	media, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	err = json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&answer)
	switch {
	case res.StatusCode != http.StatusOK:
		return "", 0, fmt.Errorf("status %d %s", res.StatusCode, short(answer.Error, 80))
	case err != nil || media != "application/json":
		return "", 0, fmt.Errorf("the answer is %s, not a JSON object", media)
	case answer.Token == "" || !strings.EqualFold(answer.Type, "bearer"):
		return "", 0, errors.New("the answer has no bearer token")
	case answer.Lifetime <= 0:
		return "", 0, errors.New("the answer has no expires_in")
	}
	return answer.Token, time.Duration(min(answer.Lifetime, 86400) * float64(time.Second)), nil
}
