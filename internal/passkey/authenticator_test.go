package passkey_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"math/big"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"github.com/feddir/feddir/internal/passkey"
)

const (
	present  = 0x01
	verified = 0x04
	eligible = 0x08
	backedUp = 0x10
	attested = 0x40
)

// authenticator holds one passkey, and tells the lies that a test sets.
type authenticator struct {
	t      testing.TB
	secret crypto.Signer
	id     []byte
	handle []byte
	count  uint32

	flags  byte
	host   string // the RP id
	origin string
	typ    string // of the ceremony, where it is not the right one
	cross  bool
	format string // of the attestation
	extra  map[string]any
}

func newAuthenticator(t testing.TB) *authenticator {
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	return &authenticator{t: t, secret: secret, id: id, flags: present | verified, host: host, origin: origin, format: "none"}
}

// publicKey is a COSE_Key (RFC 9053 §7, RFC 8230 §4).
func (a *authenticator) publicKey() map[int]any {
	switch k := a.secret.Public().(type) {
	case *ecdsa.PublicKey:
		point, err := k.Bytes()
		check(a.t, err)
		alg, curve, half := -7, 1, len(point)/2
		if k.Curve == elliptic.P384() {
			alg, curve = -35, 2
		}
		return map[int]any{1: 2, 3: alg, -1: curve, -2: point[1 : 1+half], -3: point[1+half:]}
	case ed25519.PublicKey:
		return map[int]any{1: 1, 3: -8, -1: 6, -2: []byte(k)}
	case *rsa.PublicKey:
		return map[int]any{1: 3, 3: -257, -1: k.N.Bytes(), -2: big.NewInt(int64(k.E)).Bytes()}
	}
	a.t.Fatal("no key")
	return nil
}

func (a *authenticator) data(flags byte) []byte {
	hash := sha256.Sum256([]byte(a.host))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), a.count)
}

// clientData is what the browser says of a ceremony.
func (a *authenticator) clientData(typ string, options json.RawMessage) []byte {
	var o struct {
		Challenge string
		User      struct{ ID string }
	}
	check(a.t, json.Unmarshal(options, &o))
	if o.User.ID != "" {
		a.handle, _ = base64.RawURLEncoding.DecodeString(o.User.ID)
	}
	if a.typ != "" {
		typ = a.typ
	}
	text, err := json.Marshal(map[string]any{"type": typ, "challenge": o.Challenge, "origin": a.origin, "crossOrigin": a.cross})
	check(a.t, err)
	return text
}

// register makes the passkey, and returns what the page sends.
func (a *authenticator) register(options json.RawMessage) io.Reader {
	client := a.clientData("webauthn.create", options)
	key, err := cbor.Marshal(a.publicKey())
	check(a.t, err)
	data := append(a.data(a.flags|attested), make([]byte, 16)...)
	data = append(append(binary.BigEndian.AppendUint16(data, uint16(len(a.id))), a.id...), key...)
	object, err := cbor.Marshal(map[string]any{"fmt": a.format, "attStmt": map[string]any{}, "authData": data})
	check(a.t, err)
	return a.send(map[string]any{"clientDataJSON": client, "attestationObject": object, "transports": []string{"internal", "hybrid"}})
}

// signIn uses the passkey, and returns what the page sends.
func (a *authenticator) signIn(options json.RawMessage) io.Reader {
	client, data := a.clientData("webauthn.get", options), a.data(a.flags)
	hash := sha256.Sum256(client)
	return a.send(map[string]any{"clientDataJSON": client, "authenticatorData": data, "signature": a.sign(append(data, hash[:]...)), "userHandle": a.handle})
}

func (a *authenticator) sign(text []byte) []byte {
	var hash crypto.Hash
	if _, pure := a.secret.(ed25519.PrivateKey); !pure {
		digest := sha256.Sum256(text)
		text, hash = digest[:], crypto.SHA256
	}
	signature, err := a.secret.Sign(rand.Reader, text, hash)
	check(a.t, err)
	return signature
}

func (a *authenticator) send(response map[string]any) io.Reader {
	for name, value := range response {
		if raw, ok := value.([]byte); ok {
			response[name] = base64.RawURLEncoding.EncodeToString(raw)
		}
	}
	id := base64.RawURLEncoding.EncodeToString(a.id)
	text, err := json.Marshal(map[string]any{"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": a.extra})
	check(a.t, err)
	return strings.NewReader(string(text))
}

// accounts are the passkeys of each account, as a database has them.
type accounts map[string][]passkey.Credential

func (a accounts) lookup(handle []byte) ([]passkey.Credential, error) { return a[string(handle)], nil }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
