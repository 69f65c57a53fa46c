package token

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

const (
	tagLength = 16 // that of an AES block: the tag is also where the key stream begins
	keyLength = 32 // of AES-256, and of HMAC-SHA-256
	// maxText is the longest text that is looked at, in bytes.
	maxText = 8192
	purpose = "feddir token 2"
)

// A Sealer makes texts and opens them again. Those with one secret open each
// other's. Safe for concurrent use.
//
// It is the deterministic AEAD of Rogaway and Shrimpton (RFC 5297, section 2)
// with HMAC-SHA-256 in the place of CMAC: the tag authenticates use and content
// and is the initial counter of AES-CTR. An AEAD with random nonces would need
// a new key after some billion texts, each edge of a list has one, and the same
// place would be another text each time.
type Sealer struct {
	authentication []byte
	encryption     cipher.Block
}

// New returns the sealer of a secret; of a random one where it is empty.
func New(secret []byte) *Sealer {
	if len(secret) == 0 {
		secret = make([]byte, keyLength)
		_, _ = rand.Read(secret) // never fails
	}
	// Neither fails with keys of these lengths.
	keys, _ := hkdf.Key(sha256.New, secret, nil, purpose, 2*keyLength)
	block, _ := aes.NewCipher(keys[keyLength:])
	return &Sealer{authentication: keys[:keyLength], encryption: block}
}

// Seal returns a text that holds content and is good for one use alone. Who
// has it learns how long the content is, and which texts are the same.
func (s *Sealer) Seal(use string, content []byte) string {
	raw := make([]byte, tagLength+len(content))
	tag := raw[:tagLength]
	copy(tag, s.tag(use, content))
	cipher.NewCTR(s.encryption, tag).XORKeyStream(raw[tagLength:], content)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Open returns the content of a text that Seal made for the same use.
func (s *Sealer) Open(use, text string) (content []byte, ok bool) {
	if len(text) > maxText {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < tagLength {
		return nil, false
	}
	tag, content := raw[:tagLength], raw[tagLength:]
	cipher.NewCTR(s.encryption, tag).XORKeyStream(content, content)
	if !hmac.Equal(tag, s.tag(use, content)) {
		return nil, false
	}
	return content, true
}

// tag is HMAC-SHA-256 (RFC 2104) of use and content, cut to 128 bits as its
// section 5 allows.
func (s *Sealer) tag(use string, content []byte) []byte {
	mac := hmac.New(sha256.New, s.authentication)
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(use)))
	mac.Write(length[:])
	mac.Write([]byte(use))
	mac.Write(content)
	return mac.Sum(nil)[:tagLength]
}
