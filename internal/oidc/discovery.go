package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/feddir/feddir/internal/issuers"
)

const (
	metadataTTL   = time.Hour
	staleTTL      = 24 * time.Hour // how long metadata counts that cannot be fetched again
	retryInterval = 10 * time.Second
	maxIssuers    = 1000
	maxMetadata   = 16 << 20 // of all issuers
)

// metadata is what an issuer says of itself (OpenID Connect Discovery 1.0 §3).
type metadata struct {
	Issuer                string   `json:"issuer"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	JWKSURI               string   `json:"jwks_uri"`
	EndSessionEndpoint    string   `json:"end_session_endpoint"`
	TokenAuthMethods      []string `json:"token_endpoint_auth_methods_supported"`
	SaysIssuer            bool     `json:"authorization_response_iss_parameter_supported"`
}

// discovered is the outcome of the last discoveries of one issuer.
type discovered struct {
	metadata  *metadata // of the last that succeeded
	fetched   time.Time
	lastTried time.Time
	err       error // of the last
}

// discover returns the metadata of a provider's issuer, if it is the issuer that
// it says it is. It is fetched at most once in retryInterval, by one for all.
func (c *Client) discover(ctx context.Context, p Provider) (*metadata, error) {
	issuer, now := p.issuer(), c.cfg.Now()
	kept, _ := c.known.Get(struct{}{}, issuer)
	if now.Sub(kept.fetched) >= metadataTTL && now.Sub(kept.lastTried) >= retryInterval {
		loaded := c.loads.DoChan(issuer, func() (any, error) { return c.load(context.WithoutCancel(ctx), issuer), nil })
		select {
		case <-ctx.Done():
			return nil, fail(ErrUnavailable, "the request ended before the provider answered")
		case result := <-loaded:
			kept = result.Val.(discovered)
		}
	}
	if kept.metadata == nil || now.Sub(kept.fetched) > staleTTL {
		return nil, kept.err
	}
	if kept.metadata.Issuer != c.issuerOfMetadata(p) {
		return nil, fail(ErrIssuer, "the metadata at the issuer's address names another issuer")
	}
	return kept.metadata, nil
}

// issuerOfMetadata is what the metadata of a provider has as issuer: with a
// placeholder for the tenant, where it is for many.
func (c *Client) issuerOfMetadata(p Provider) string {
	if cloud, tenant, ok := c.entra(p.issuer()); ok && p.Preset == Entra && manyTenants(tenant) {
		return cloud + "/{tenantid}/v2.0"
	}
	return p.issuer()
}

// load fetches the metadata of an issuer and caches the outcome.
func (c *Client) load(ctx context.Context, issuer string) discovered {
	d, _ := c.known.Get(struct{}{}, issuer)
	d.lastTried = c.cfg.Now()
	fetched, bytes, err := c.fetch(ctx, issuer)
	if d.err = err; err == nil {
		d.metadata, d.fetched = fetched, d.lastTried
	}
	c.known.Add(struct{}{}, issuer, d, int64(len(issuer)+bytes))
	return d
}

func (c *Client) fetch(ctx context.Context, issuer string) (m *metadata, bytes int, err error) {
	if issuers.CheckURL(issuer, c.cfg.Private) != nil {
		return nil, 0, fail(ErrConfiguration, "the address of the issuer is not allowed")
	}
	// What it names as issuer is compared by discover.
	ctx = oidc.InsecureIssuerURLContext(oidc.ClientContext(ctx, c.http), issuer)
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		return nil, 0, fail(ErrUnavailable, whyUnavailable(err, "its address has no metadata of OpenID Connect"))
	}
	var text json.RawMessage
	if err := errors.Join(provider.Claims(&text), provider.Claims(&m)); err != nil || m == nil {
		return nil, 0, fail(ErrUnavailable, "its metadata is malformed")
	}
	for _, endpoint := range []string{m.AuthorizationEndpoint, m.TokenEndpoint, m.JWKSURI} {
		if issuers.CheckURL(endpoint, c.cfg.Private) != nil {
			return nil, 0, fail(ErrUnavailable, "its metadata names an endpoint that is not allowed")
		}
	}
	return m, len(text), nil
}

// whyUnavailable says why a request failed, without what was sent or answered.
func whyUnavailable(err error, otherwise string) string {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, issuers.ErrAddress):
		return issuers.ErrAddress.Error()
	case errors.As(err, &timeout) && timeout.Timeout():
		return "it did not answer in time"
	}
	return otherwise
}
