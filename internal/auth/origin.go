package auth

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/feddir/feddir/ent/viewer"
)

// maxOrigin is the longest origin of a key, in bytes.
const maxOrigin = 255

// defaultPorts are left out of an origin (RFC 6454 §6.1).
var defaultPorts = map[string]string{"http": "80", "https": "443"}

// ParseOrigin reads a web origin, such as "https://people.example.com" or
// "http://localhost:5173", and returns it as browsers send it. The error says
// what is wrong with it.
func ParseOrigin(s string) (string, error) {
	if len(s) > maxOrigin {
		return "", fmt.Errorf("an origin has at most %d bytes", maxOrigin)
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Hostname() == "" || strings.Contains(s, "*") {
		return "", fmt.Errorf("%q is not like https://people.example.com", s)
	}
	if u.User != nil || u.Path != "" && u.Path != "/" || strings.ContainsAny(s, "?#") {
		return "", fmt.Errorf("%q has more than a scheme, a host and a port", s)
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '%' }) {
		return "", fmt.Errorf("%q has characters that browsers write otherwise; for an international name give its ASCII form (xn--…)", s)
	}
	host := strings.ToLower(u.Host)
	if port := u.Port(); port == defaultPorts[u.Scheme] {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return u.Scheme + "://" + host, nil
}

// AllowsOrigin reports whether the page that sent r may use the viewer's key:
// the request has no origin, that of this server, or one that the key lists.
// Browsers do not apply CORS to WebSockets, so whoever accepts one must call
// this before it answers anything.
func AllowsOrigin(r *http.Request, v viewer.Viewer) bool {
	origin := r.Header.Get("Origin")
	return origin == "" || sameOrigin(r, origin) || slices.Contains(v.Origins, origin)
}

// sameOrigin reports whether origin has the host that r was sent to. It ignores
// the scheme, which a proxy in front of the server may change.
func sameOrigin(r *http.Request, origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}
