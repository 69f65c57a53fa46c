package oidc

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/feddir/feddir/internal/issuers"
)

// Preset is a kind of identity provider.
type Preset string

// The presets.
const (
	Entra   Preset = "ENTRA"
	Google  Preset = "GOOGLE"
	Okta    Preset = "OKTA"
	Generic Preset = "GENERIC"
)

const (
	maxText   = 2048
	maxScopes = 20
	// personalAccounts is the tenant of Microsoft accounts that no organisation has.
	personalAccounts = "9188040d-6c67-4c5b-b112-36a304b66dad"
)

// Provider is an identity provider as a company configures it.
type Provider struct {
	Preset       Preset
	Issuer       string // see [EntraIssuer] for Entra's; Google's may be empty
	ClientID     string
	ClientSecret string   // empty for a public client
	SubjectClaim string   // which claim tells people apart; the preset's where it is empty
	Scopes       []string // beside openid, profile and email
}

// EntraIssuer returns the issuer of a tenant of Microsoft Entra ID. A tenant of
// "organizations" means all of them, "common" also personal accounts.
func EntraIssuer(tenant string) string {
	return "https://login.microsoftonline.com/" + tenant + "/v2.0"
}

// issuer returns the configured issuer, or the preset's.
func (p Provider) issuer() string {
	if p.Issuer == "" && p.Preset == Google {
		return issuers.Google
	}
	return p.Issuer
}

func (p Provider) subjectClaim() string {
	if p.Preset == Entra {
		return cmp.Or(p.SubjectClaim, "oid")
	}
	return cmp.Or(p.SubjectClaim, "sub")
}

// Check fails with an [InvalidError] for a provider that cannot be used.
func (c *Client) Check(p Provider) error {
	if message := c.checkIssuer(p); message != "" {
		return &InvalidError{"Issuer", message}
	}
	if !printable(p.ClientID) || p.ClientID == "" || len(p.ClientID) > maxText {
		return &InvalidError{"ClientID", "the client id must be text without spaces"}
	}
	if !printable(p.ClientSecret) || len(p.ClientSecret) > maxText {
		return &InvalidError{"ClientSecret", "the client secret must be text without spaces"}
	}
	if slices.Contains(chosenByPeople, p.SubjectClaim) || len(p.SubjectClaim) > maxText {
		return &InvalidError{"SubjectClaim", "the claim must not be one that people can change"}
	}
	if len(p.Scopes) > maxScopes || slices.ContainsFunc(p.Scopes, func(s string) bool { return s == "" || len(s) > maxText || !printable(s) }) {
		return &InvalidError{"Scopes", "the scopes must be few texts without spaces"}
	}
	return nil
}

// checkIssuer returns what is wrong with the issuer, or "".
func (c *Client) checkIssuer(p Provider) string {
	issuer := p.issuer()
	if err := issuers.CheckURL(issuer, c.cfg.Private); err != nil {
		return err.Error()
	}
	if u, err := url.Parse(issuer); err != nil || u.RawQuery != "" || u.ForceQuery || len(issuer) > maxText {
		return "the issuer must be an address without a query"
	}
	_, tenant, entra := c.entra(issuer)
	switch p.Preset {
	case Entra:
		if !entra || !isGUID(tenant) && !manyTenants(tenant) {
			return "the issuer must be https://login.microsoftonline.com/<tenant id>/v2.0"
		}
	case Google:
		if issuer != issuers.Google {
			return "the issuer must be " + issuers.Google
		}
	case Okta, Generic:
		if _, ok := issuers.EntraTenant(issuer); ok {
			return "this is the issuer of Microsoft Entra ID, which has a kind of its own"
		}
	default:
		return "the kind of the provider is not known"
	}
	return ""
}

// entra splits an issuer of Microsoft Entra ID, or one in a private network that
// plays it, into the address of the cloud and the tenant.
func (c *Client) entra(issuer string) (cloud, tenant string, ok bool) {
	path, ok := strings.CutSuffix(issuer, "/v2.0")
	if _, known := issuers.EntraTenant(issuer); !ok || !known && !c.cfg.Private {
		return "", "", false
	}
	i := strings.LastIndexByte(path, '/')
	return path[:max(i, 0)], path[i+1:], i > 0
}

// manyTenants reports whether a tenant stands for any.
func manyTenants(tenant string) bool { return tenant == "organizations" || tenant == "common" }

func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}
