package auth

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/feddir/feddir/ent/generated/key"
)

// findFault says what is wrong with the Authorization header of a request that
// needs a kind of key. It goes by the text of the header alone, so it reveals
// nothing that the sender could not know, and it repeats no part of a key. It is
// empty if the header is well-formed; only the database knows whether the key is
// valid.
func findFault(h http.Header, want key.Kind) string {
	values := h["Authorization"]
	send := `send "Authorization: Bearer ` + prefixes[want] + `…"`
	switch {
	case len(values) == 0:
		return "there is no Authorization header; " + send
	case len(values) > 1:
		return "there is more than one Authorization header; send one"
	case len(values[0]) > maxHeader:
		return "the Authorization header is longer than any key; " + send
	}
	value := strings.Trim(values[0], " \t")
	scheme, rest, _ := strings.Cut(value, " ")
	rest = strings.Trim(rest, " \t")
	switch known := knownScheme(scheme); {
	case value == "":
		return "the Authorization header is empty; " + send
	case known == "Bearer" && rest == "":
		return "there is no key after Bearer; " + send
	case known == "Bearer":
		return findTokenFault(strings.TrimLeft(strings.TrimPrefix(values[0], scheme), " "), want)
	case known != "":
		return fmt.Sprintf("the scheme of the Authorization header is %s, and must be Bearer; %s", known, send)
	case isOurs(value):
		return "the word Bearer is missing in front of the key; " + send
	case hasPrefixFold(value, "Bearer"):
		return "there must be one space and nothing else between Bearer and the key; " + send
	}
	return "the Authorization header must have the scheme Bearer; " + send
}

// findTokenFault says what is wrong with the text after Bearer.
func findTokenFault(text string, want key.Kind) string {
	_, kind, err := Parse(text)
	switch {
	case err == nil && opens(kind, want):
		return ""
	case err == nil:
		return fmt.Sprintf("%s does not open this; %s is needed", kindNames[kind], kindNames[want])
	case hasPrefixFold(text, "Bearer"):
		return "the word Bearer is there twice; enter the key alone if your client adds the word"
	case secretPattern.MatchString(text):
		return "the text after Bearer has more than the key: quotes, spaces, or another key"
	case isOurs(text):
		return "the key is incomplete, or a character of it is wrong; copy it again"
	case strings.HasPrefix(text, "eyJ"):
		return "the text after Bearer is a JSON Web Token, not a key; Microsoft Entra ID sends its own token if its field Secret Token is empty"
	}
	return fmt.Sprintf("the text after Bearer is not a key of this server; %s is needed", kindNames[want])
}

var kindNames = map[key.Kind]string{
	key.KindDIRECTORY: "the key of a directory (fdk_…)", key.KindAPI: "an API key (fda_…)",
	key.KindCLIENT: "the secret of an OAuth client (fds_…), which is for the token endpoint,", AccessToken: "an access token for SCIM (fdt_…)",
	Session: "a session (fdc_…), which is for a cookie,", SignInLink: "a sign-in link (fdl_…)",
	SetupLink: "a set-up link (fdu_…)", InvitationCode: "an invitation code (fdi_…)",
}

// knownScheme returns the name of an authentication scheme, or "" for any other
// word, which might be a secret and must not be repeated.
func knownScheme(word string) string {
	for _, known := range []string{"Bearer", "Basic", "Digest", "Token", "ApiKey", "Api-Key", "OAuth", "JWT", "Key", "Negotiate", "NTLM", "DPoP", "MAC"} {
		if strings.EqualFold(word, known) {
			return known
		}
	}
	return ""
}

func isOurs(text string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

// secretPattern finds a possible secret of ours within other text.
var secretPattern = regexp.MustCompile(fmt.Sprintf(`fd[a-z]_[0-9A-Za-z]{%d}`, randomLength+sumLength))

// maxMisplaced is how many headers are searched for a misplaced secret.
const maxMisplaced = 4

// findMisplaced returns the grant of a key that a malformed header contains, or
// nil. The request stays refused: the grant only says whose request records
// should show the reason.
func (a *Authenticator) findMisplaced(ctx context.Context, h http.Header) *grant {
	values := h["Authorization"]
	for _, value := range values[:min(len(values), maxMisplaced)] {
		if len(value) > maxHeader {
			continue
		}
		if scheme, rest, _ := strings.Cut(value, " "); strings.EqualFold(scheme, "Basic") {
			decoded, _ := base64.StdEncoding.DecodeString(strings.Trim(rest, " "))
			value += " " + string(decoded)
		}
		s, kind, err := Parse(secretPattern.FindString(value))
		if err != nil {
			continue
		}
		if g, err := a.find(ctx, kind, digest(s.Digest(a.cfg.Pepper))); err == nil && g != nil {
			return g
		}
	}
	return nil
}
