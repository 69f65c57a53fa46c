package oauth

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

// ErrKeys says that a text is no JWK Set with a key we can verify with.
var ErrKeys = errors.New("no JWK Set, {\"keys\": […]}, of public keys with one for RS256 (2048 bits or more) or ES256 (P-256)")

// ParseKeys reads the keys of a JWK Set that verify RS256 or ES256; others are
// left out (RFC 7517 §5). It fails with [ErrKeys] when none is left, and for
// private keys: they have no business here.
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

// pick returns the key of this id, or nil.
func pick(keys []jose.JSONWebKey, kid string) *jose.JSONWebKey {
	for i := range keys {
		if kid != "" && keys[i].KeyID == kid {
			return &keys[i]
		}
	}
	return nil
}
