// Package token makes texts that clients carry for us and cannot make or change
// themselves, such as the cursors of lists.
package token

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

const (
	macLength = 16
	// maxText is the longest text that is looked at, in bytes.
	maxText = 8192
	purpose = "feddir seal 1"
)

// A Seal makes texts and opens them again. Those with one secret open each
// other's. Safe for concurrent use.
type Seal struct{ key []byte }

// New returns the seal of a secret; of a random one where it is empty.
func New(secret []byte) *Seal {
	if len(secret) == 0 {
		secret = make([]byte, sha256.Size)
		_, _ = rand.Read(secret) // never fails
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(purpose))
	return &Seal{mac.Sum(nil)}
}

// Close returns a text that holds content and is good for one use alone. The
// content can be read by who has the text.
func (s *Seal) Close(use string, content []byte) string {
	raw := append(s.mac(use, content), content...)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Open returns the content of a text that Close made for the same use.
func (s *Seal) Open(use, text string) (content []byte, ok bool) {
	if len(text) > maxText {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < macLength {
		return nil, false
	}
	content = raw[macLength:]
	return content, hmac.Equal(raw[:macLength], s.mac(use, content))
}

// mac is HMAC-SHA-256 (RFC 2104), cut to 128 bits as its section 5 allows.
func (s *Seal) mac(use string, content []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(use)))
	mac.Write(length[:])
	mac.Write([]byte(use))
	mac.Write(content)
	return mac.Sum(nil)[:macLength]
}
