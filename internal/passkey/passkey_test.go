package passkey_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/feddir/feddir/internal/passkey"
)

const origin = "https://directory.harbor.example"

// authenticator is a device with one passkey, and what it can be made to get wrong.
type authenticator struct {
	id, handle []byte
	key        *ecdsa.PrivateKey
	count      uint32

	origin, rpID string
	unverified   bool
}

func newAuthenticator(handle []byte) *authenticator {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	id := make([]byte, 32)
	rand.Read(id)
	return &authenticator{id: id, handle: handle, key: key, origin: origin, rpID: "directory.harbor.example"}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (a *authenticator) client(kind, challenge string) []byte {
	text, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	return text
}

// data is the authenticator data (WebAuthn Level 3, section 6.1).
func (a *authenticator) data(attested []byte) []byte {
	rp := sha256.Sum256([]byte(a.rpID))
	flags := byte(0x01) // user present
	if !a.unverified {
		flags |= 0x04
	}
	if attested != nil {
		flags |= 0x40
	}
	a.count++
	return append(binary.BigEndian.AppendUint32(append(rp[:], flags), a.count), attested...)
}

func (a *authenticator) create(t *testing.T, options json.RawMessage) []byte {
	t.Helper()
	public, err := a.key.PublicKey.ECDH()
	check(t, err)
	point := public.Bytes()
	cose, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	check(t, err)
	attested := append(make([]byte, 16), 0, byte(len(a.id)))
	attested = append(append(attested, a.id...), cose...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": a.data(attested)})
	check(t, err)
	return a.response(t, map[string]any{"clientDataJSON": b64(a.client("webauthn.create", challenge(t, options))), "attestationObject": b64(object)})
}

func (a *authenticator) get(t *testing.T, options json.RawMessage) []byte {
	t.Helper()
	client, data := a.client("webauthn.get", challenge(t, options)), a.data(nil)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	check(t, err)
	return a.response(t, map[string]any{
		"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(a.handle),
	})
}

func (a *authenticator) response(t *testing.T, response map[string]any) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	check(t, err)
	return text
}

func challenge(t *testing.T, options json.RawMessage) string {
	t.Helper()
	var o struct{ Challenge string }
	check(t, json.Unmarshal(options, &o))
	return o.Challenge
}

// site is a relying party with the passkeys of people, by their handles.
type site struct {
	*passkey.RP
	now    time.Time
	people map[string][]passkey.Credential
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{now: time.Now(), people: make(map[string][]passkey.Credential)}
	var err error
	s.RP, err = passkey.New(origin, "feddir", func() time.Time { return s.now })
	check(t, err)
	return s
}

func (s *site) enrol(t *testing.T, a *authenticator) error {
	t.Helper()
	options, begun, err := s.BeginEnrolment(a.handle, "Ada", s.people[string(a.handle)])
	check(t, err)
	made, err := s.FinishEnrolment(begun, a.handle, a.create(t, options))
	if err == nil {
		s.people[string(a.handle)] = append(s.people[string(a.handle)], made)
	}
	return err
}

func (s *site) find(handle []byte) ([]passkey.Credential, error) {
	return s.people[string(handle)], nil
}

func (s *site) signIn(t *testing.T, a *authenticator) ([]byte, passkey.Credential, error) {
	t.Helper()
	options, begun, err := s.BeginSignIn()
	check(t, err)
	return s.FinishSignIn(begun, a.get(t, options), s.find)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestEnrolAndSignIn(t *testing.T) {
	t.Parallel()
	s, ada, ben := newSite(t), newAuthenticator([]byte("ada-handle")), newAuthenticator([]byte("ben-handle"))
	check(t, s.enrol(t, ada))
	check(t, s.enrol(t, ben))
	for range 2 {
		handle, used, err := s.signIn(t, ada)
		if err != nil || string(handle) != "ada-handle" || !bytes.Equal(used.ID, ada.id) || used.SignCount != ada.count {
			t.Fatalf("%q, %+v, %v", handle, used, err)
		}
		s.people["ada-handle"] = []passkey.Credential{used}
	}
	options, _, err := s.BeginEnrolment(ada.handle, "Ada", s.people["ada-handle"])
	check(t, err)
	if !bytes.Contains(options, []byte(b64(ada.id))) {
		t.Errorf("a passkey could be made twice: %s", options)
	}
	for _, required := range []string{`"userVerification":"required"`, `"residentKey":"required"`} {
		if !bytes.Contains(options, []byte(required)) {
			t.Errorf("%s lacks %s", options, required)
		}
	}
}

// Whatever is wrong with a response, nobody is signed in by it.
func TestWrongResponsesSignNobodyIn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(s *site, a *authenticator)
		want   error
	}{
		"another origin":   {func(_ *site, a *authenticator) { a.origin = "https://evil.example" }, passkey.ErrInvalid},
		"plain HTTP":       {func(_ *site, a *authenticator) { a.origin = "http://directory.harbor.example" }, passkey.ErrInvalid},
		"another server":   {func(_ *site, a *authenticator) { a.rpID = "evil.example" }, passkey.ErrInvalid},
		"nobody verified":  {func(_ *site, a *authenticator) { a.unverified = true }, passkey.ErrInvalid},
		"another key":      {func(_ *site, a *authenticator) { a.key = newAuthenticator(nil).key }, passkey.ErrInvalid},
		"unknown passkey":  {func(_ *site, a *authenticator) { a.id = []byte("another passkey") }, passkey.ErrUnknown},
		"unknown person":   {func(_ *site, a *authenticator) { a.handle = []byte("nobody") }, passkey.ErrUnknown},
		"somebody else's":  {func(_ *site, a *authenticator) { a.handle = []byte("ben-handle") }, passkey.ErrUnknown},
		"a copy of it":     {func(_ *site, a *authenticator) { a.count = 0 }, passkey.ErrCloned},
		"a late response":  {func(s *site, _ *authenticator) { s.now = s.now.Add(6 * time.Minute) }, passkey.ErrExpired},
		"an early request": {func(s *site, _ *authenticator) { s.now = s.now.Add(-6 * time.Minute) }, passkey.ErrExpired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, ada := newSite(t), newAuthenticator([]byte("ada-handle"))
			ada.count = 7
			check(t, s.enrol(t, ada))
			check(t, s.enrol(t, newAuthenticator([]byte("ben-handle"))))
			options, begun, err := s.BeginSignIn()
			check(t, err)
			c.change(s, ada)
			if _, _, err := s.FinishSignIn(begun, ada.get(t, options), s.find); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

// A response is good for the ceremony that it answers.
func TestResponseToAnotherChallenge(t *testing.T) {
	t.Parallel()
	s, ada := newSite(t), newAuthenticator([]byte("ada-handle"))
	check(t, s.enrol(t, ada))
	options, _, err := s.BeginSignIn()
	check(t, err)
	_, begun, err := s.BeginSignIn()
	check(t, err)
	if _, _, err := s.FinishSignIn(begun, ada.get(t, options), s.find); !errors.Is(err, passkey.ErrInvalid) {
		t.Error(err)
	}
	creation, enrolling, err := s.BeginEnrolment([]byte("ben-handle"), "Ben", nil)
	check(t, err)
	if _, err := s.FinishEnrolment(enrolling, []byte("ada-handle"), newAuthenticator([]byte("ada-handle")).create(t, creation)); err == nil {
		t.Error("a passkey was enrolled for somebody else than began")
	}
	for _, text := range []string{"", "{}", "null", `{"id":"x"}`, string(bytes.Repeat([]byte("x"), 100_000))} {
		if _, _, err := s.FinishSignIn(begun, []byte(text), s.find); !errors.Is(err, passkey.ErrInvalid) {
			t.Errorf("%.20s: %v", text, err)
		}
	}
}

func TestAddressesWherePasskeysWork(t *testing.T) {
	t.Parallel()
	for address, works := range map[string]bool{
		"https://directory.example": true, "https://directory.example:8443/feddir": true, "http://localhost:8080": true,
		"http://127.0.0.1:8080": false, "https://192.0.2.1": false, "http://directory.example": false, "": false, "http://[::1]:8080": false,
	} {
		if _, err := passkey.New(address, "feddir", time.Now); (err == nil) != works {
			t.Errorf("%s: %v", address, err)
		}
	}
}
