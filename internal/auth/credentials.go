package auth

import (
	"net/http"
	"strings"

	"github.com/feddir/feddir/ent/generated/key"
)

// maxHeader is the longest Authorization header that is read, in bytes.
const maxHeader = 512

// bearer reads the secret from the only Authorization header of a request (RFC
// 6750 §2.1). sent is false if the request has no bearer token; ok is false if
// it has no token that could be a secret of ours.
func bearer(h http.Header) (s Secret, kind key.Kind, sent, ok bool) {
	values := h["Authorization"]
	if len(values) == 0 {
		return s, kind, false, false
	}
	scheme, rest, _ := strings.Cut(values[0], " ")
	sent = strings.EqualFold(scheme, "Bearer") && strings.Trim(rest, " \t") != ""
	if !sent || len(values) > 1 || len(values[0]) > maxHeader {
		return s, kind, sent, false
	}
	s, kind, err := Parse(strings.TrimLeft(rest, " "))
	return s, kind, true, err == nil
}
