package oauth

import (
	"errors"
	"net/url"
	"slices"
	"strings"
)

// entraHosts are the hosts that issue tokens of Microsoft Entra ID.
var entraHosts = []string{"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"}

// entraTenant returns the tenant that an issuer of Microsoft Entra ID names:
// https://login.microsoftonline.com/<tenant>/v2.0.
func entraTenant(issuer string) (tenant string, ok bool) {
	u, err := url.Parse(issuer)
	if err != nil || u.Scheme != "https" || !slices.Contains(entraHosts, u.Host) {
		return "", false
	}
	tenant, ok = strings.CutSuffix(strings.TrimPrefix(u.Path, "/"), "/v2.0")
	return tenant, ok && tenant != "" && !strings.Contains(tenant, "/")
}

// KeysURI returns the URL of the keys of a well-known issuer, or "".
func KeysURI(issuer string) string {
	if tenant, ok := entraTenant(issuer); ok {
		u, _ := url.Parse(issuer)
		return "https://" + u.Host + "/" + tenant + "/discovery/v2.0/keys"
	}
	if issuer == "https://accounts.google.com" {
		return "https://www.googleapis.com/oauth2/v3/certs"
	}
	return ""
}

var errKeysURI = errors.New("the address must be https and have no user, password or fragment")

// CheckKeysURI fails for a URL that keys cannot be fetched from.
func CheckKeysURI(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return errKeysURI
	}
	return nil
}
