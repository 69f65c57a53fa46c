package issuers

import (
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Google is the issuer of Google accounts.
const Google = "https://accounts.google.com"

// entraHosts are the hosts that issue tokens of Microsoft Entra ID.
var entraHosts = []string{"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"}

// EntraTenant returns the tenant that an issuer of Microsoft Entra ID names:
// https://login.microsoftonline.com/<tenant>/v2.0.
func EntraTenant(issuer string) (tenant string, ok bool) {
	u, err := url.Parse(issuer)
	if err != nil || u.Scheme != "https" || !slices.Contains(entraHosts, u.Host) {
		return "", false
	}
	return tenantOfPath(u.Path)
}

func tenantOfPath(path string) (tenant string, ok bool) {
	tenant, ok = strings.CutSuffix(strings.TrimPrefix(path, "/"), "/v2.0")
	return tenant, ok && tenant != "" && !strings.Contains(tenant, "/")
}

// KeysURI returns the URL of the keys of a well-known issuer, or "".
func KeysURI(issuer string) string {
	if tenant, ok := EntraTenant(issuer); ok {
		u, _ := url.Parse(issuer)
		return "https://" + u.Host + "/" + tenant + "/discovery/v2.0/keys"
	}
	if issuer == Google {
		return "https://www.googleapis.com/oauth2/v3/certs"
	}
	return ""
}

var errURL = errors.New("the address must be https and have no user, password or fragment")

// CheckURL fails for a URL that nothing may be fetched from. Where private is
// set, http to the machine itself is allowed.
func CheckURL(text string, private bool) error {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.Contains(text, "#") {
		return errURL
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !private || !loopback(u.Hostname())) {
		return errURL
	}
	return nil
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}
