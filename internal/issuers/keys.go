package issuers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"

	"github.com/go-jose/go-jose/v4"
)

const (
	maxKeys    = 100
	minRSABits = 2048
)

// ErrKeys means that a text is not a JWK Set with a usable key.
var ErrKeys = errors.New("the keys must be a JWK Set, {\"keys\": […]}, of public keys, with one for RS256 (2048 bits or more) or ES256 (P-256)")

// ParseKeys parses the keys of a JWK Set that verify RS256 or ES256 and ignores
// others (RFC 7517 §5). It fails with [ErrKeys] if there is none, and for private
// keys, which nobody should send.
func ParseKeys(text []byte) ([]jose.JSONWebKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil || len(set.Keys) > maxKeys {
		return nil, ErrKeys
	}
	var keys []jose.JSONWebKey
	for _, text := range set.Keys {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(text) != nil {
			continue
		}
		if !k.IsPublic() {
			return nil, ErrKeys
		}
		if k.Use != "enc" && verifies(k.Key) {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, ErrKeys
	}
	return keys, nil
}

func verifies(key any) bool {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen() >= minRSABits
	case *ecdsa.PublicKey:
		return k.Curve == elliptic.P256()
	}
	return false
}

// FindKey returns the key with this id, or nil.
func FindKey(keys []jose.JSONWebKey, kid string) *jose.JSONWebKey {
	for i := range keys {
		if kid != "" && keys[i].KeyID == kid {
			return &keys[i]
		}
	}
	return nil
}
