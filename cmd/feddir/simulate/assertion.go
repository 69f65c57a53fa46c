package simulate

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	clientCredentials = "client_credentials"
	jwtBearer         = "jwt-bearer"

	assertionLifetime = 5 * time.Minute
	maxAssertionBytes = 64 << 10
)

// assertions returns the JWT that a client sends instead of a secret (RFC 7523): one that it signs itself, or one that
// its platform keeps in a file (workload identity federation).
type assertions struct {
	file     string // of the platform; empty for JWTs that the client signs
	signer   jose.Signer
	clientID string
	audience string
}

// newAssertions reads the key of the client, if it signs its assertions itself.
func newAssertions(opt options) (*assertions, error) {
	a := &assertions{file: opt.assertionFile, clientID: opt.clientID, audience: opt.tokenURL}
	if opt.clientKey == "" {
		return a, nil
	}
	text, err := os.ReadFile(opt.clientKey)
	if err != nil {
		return nil, err
	}
	key, algorithm, err := parseKey(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", opt.clientKey, err)
	}
	options := (&jose.SignerOptions{}).WithType("JWT")
	if opt.clientKeyID != "" {
		options.WithHeader("kid", opt.clientKeyID)
	}
	a.signer, err = jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, options)
	return a, err
}

// parseKey reads a private key in PEM: PKCS #8, or the older forms for RSA and for curves.
func parseKey(text []byte) (crypto.PrivateKey, jose.SignatureAlgorithm, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, "", errors.New("the file has no private key in PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		if key, err = x509.ParsePKCS1PrivateKey(block.Bytes); err != nil {
			key, err = x509.ParseECPrivateKey(block.Bytes)
		}
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k, jose.RS256, err
	case *ecdsa.PrivateKey:
		if err == nil && k.Curve == elliptic.P256() {
			return k, jose.ES256, nil
		}
	}
	return nil, "", errors.New("the key must be RSA or on the curve P-256")
}

// next returns a new assertion.
func (a *assertions) next() (string, error) {
	if a.file != "" {
		text, err := os.ReadFile(a.file)
		if err == nil && len(text) > maxAssertionBytes {
			err = fmt.Errorf("%s is too long for a JWT", a.file)
		}
		return strings.TrimSpace(string(text)), err
	}
	now := time.Now()
	return jwt.Signed(a.signer).Claims(jwt.Claims{
		Issuer: a.clientID, Subject: a.clientID, Audience: jwt.Audience{a.audience}, ID: rand.Text(),
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(assertionLifetime)),
	}).Serialize()
}

// form is what a token request with an assertion says: the client proves itself with it (RFC 7523 §2.2), or it is
// the grant (§2.1).
func (a *assertions) form(grant string) (url.Values, error) {
	assertion, err := a.next()
	if err != nil {
		return nil, err
	}
	if grant == jwtBearer {
		return url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {assertion}}, nil
	}
	return url.Values{"grant_type": {clientCredentials}, "client_assertion": {assertion},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}, nil
}
