package auth

import (
	"crypto/rand"
	"errors"
	"hash/crc32"
	"strings"

	"github.com/feddir/feddir/ent/generated/key"
)

// The text of a secret is a prefix that names its kind, 43 random base62
// characters (256 bits) and, in 6 more, the CRC-32 of these. The checksum finds
// typing mistakes without the database, and scanners find leaked secrets by the
// prefix.
const (
	alphabet     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	prefixLength = 4
	randomLength = 43
	sumLength    = 6
	tokenLength  = prefixLength + randomLength + sumLength
	shownLength  = prefixLength + 4
)

// The kinds of secrets that are no keys.
const (
	AccessToken    key.Kind = "ACCESS_TOKEN"    // which OAuth clients get
	Session        key.Kind = "SESSION"         // which browsers keep in a cookie
	SignInLink     key.Kind = "SIGN_IN_LINK"    // which signs in to an account, once
	SetupLink      key.Kind = "SETUP_LINK"      // which makes the first account of an installation
	InvitationCode key.Kind = "INVITATION_CODE" // which makes an account, once
)

var prefixes = map[key.Kind]string{
	key.KindDIRECTORY: "fdk_", key.KindAPI: "fda_", key.KindCLIENT: "fds_", AccessToken: "fdt_",
	Session: "fdc_", SignInLink: "fdl_", SetupLink: "fdu_", InvitationCode: "fdi_",
}

// ErrMalformed means that a text cannot be a secret of ours.
var ErrMalformed = errors.New("auth: malformed secret")

// NewSecret makes a new secret of a kind.
func NewSecret(kind key.Kind) Secret {
	prefix, ok := prefixes[kind]
	if !ok {
		panic("auth: no such kind of key: " + string(kind))
	}
	body := prefix + randomText(randomLength)
	plain := body + checksum(body)
	return Secret{&plain}
}

// Parse parses a secret and its kind. It fails with [ErrMalformed] if prefix,
// length, alphabet or checksum are wrong.
func Parse(text string) (Secret, key.Kind, error) {
	if len(text) != tokenLength {
		return Secret{}, "", ErrMalformed
	}
	body, sum := text[:tokenLength-sumLength], text[tokenLength-sumLength:]
	if sum != checksum(body) || strings.Trim(body[prefixLength:], alphabet) != "" {
		return Secret{}, "", ErrMalformed
	}
	for kind, prefix := range prefixes {
		if body[:prefixLength] == prefix {
			plain := strings.Clone(text)
			return Secret{&plain}, kind, nil
		}
	}
	return Secret{}, "", ErrMalformed
}

// randomText returns n random characters of the alphabet. It discards bytes
// beyond the last whole multiple of the alphabet's length, so that all characters
// are equally likely.
func randomText(n int) string {
	const fair = 256 / len(alphabet) * len(alphabet)
	text := make([]byte, 0, n)
	var random [64]byte
	for len(text) < n {
		rand.Read(random[:])
		for _, b := range random {
			if int(b) < fair && len(text) < n {
				text = append(text, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(text)
}

func checksum(body string) string {
	sum := crc32.ChecksumIEEE([]byte(body))
	var text [sumLength]byte
	for i := range text {
		text[sumLength-1-i] = alphabet[sum%uint32(len(alphabet))]
		sum /= uint32(len(alphabet))
	}
	return string(text[:])
}
