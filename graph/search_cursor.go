package graph

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
)

// searchCursors makes the cursors of a search. They are encrypted: the place
// where a segment ends may be somebody's whom the viewer is not shown.
type searchCursors struct {
	aead cipher.AEAD
	use  []byte
}

// maxSearchCursor is the longest cursor that is looked at, in bytes.
const maxSearchCursor = 8192

// searchCursors returns those of one search of one viewer's company.
func (r *Resolver) searchCursors(use ...string) searchCursors {
	key := sha256.Sum256([]byte(r.cfg.Seal.Close("the key of search cursors", nil))) // which no client is ever shown
	block, _ := aes.NewCipher(key[:])
	aead, _ := cipher.NewGCM(block)
	return searchCursors{aead, []byte(strings.Join(use, " "))}
}

func (c searchCursors) close(p searchPlace) string {
	content, _ := json.Marshal(p) // numbers and texts
	nonce := make([]byte, c.aead.NonceSize(), c.aead.NonceSize()+len(content)+c.aead.Overhead())
	rand.Read(nonce)
	return base64.RawURLEncoding.EncodeToString(c.aead.Seal(nonce, nonce, content, c.use))
}

func (c searchCursors) open(cursor string) (p searchPlace, err error) {
	if len(cursor) > maxSearchCursor {
		return p, failf(CodeInvalid, "after", "after is not a cursor of this list")
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if n := c.aead.NonceSize(); err == nil && len(raw) > n {
		var content []byte
		if content, err = c.aead.Open(nil, raw[:n], raw[n:], c.use); err == nil && json.Unmarshal(content, &p) == nil {
			return p, nil
		}
	}
	return p, failf(CodeInvalid, "after", "after is not a cursor of this list")
}
