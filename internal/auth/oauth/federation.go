package oauth

import (
	"errors"
	"net/url"
	"slices"
	"strings"
)

// entraHosts are where the clouds of Microsoft Entra ID issue tokens.
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

// KeysURI returns where a well-known issuer publishes its keys, "" for others.
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

var errKeysURI = errors.New("an https address without user, password or fragment is needed")

// CheckKeysURI fails for an address that no keys are fetched from.
func CheckKeysURI(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return errKeysURI
	}
	return nil
}
