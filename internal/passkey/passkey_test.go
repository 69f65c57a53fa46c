package passkey_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/feddir/feddir/internal/passkey"
)

const (
	host   = "directory.test"
	origin = "https://directory.test"
)

var handle = []byte("0123456789abcdef")

// fixture is a relying party with a clock.
type fixture struct {
	*passkey.RelyingParty
	now time.Time
}

func newFixture(t testing.TB) *fixture {
	x := &fixture{now: time.Now()}
	rp, err := passkey.New(passkey.Config{RPID: host, Origins: []string{origin, "https://directory.test:8443"}, DisplayName: "Directory", Now: func() time.Time { return x.now }})
	check(t, err)
	x.RelyingParty = rp
	return x
}

// register registers a passkey for an account.
func (x *fixture) register(t testing.TB, a *authenticator, handle []byte) *passkey.Credential {
	t.Helper()
	options, pending, err := x.BeginRegistration(handle, "ada@harbor.test", nil)
	check(t, err)
	c, err := x.FinishRegistration(pending, a.register(options))
	check(t, err)
	return c
}

func TestRegisterAndSignIn(t *testing.T) {
	t.Parallel()
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	check(t, err)
	for name, secret := range map[string]crypto.Signer{"ES256": nil, "EdDSA": edwards, "RS256": long} {
		x, a := newFixture(t), newAuthenticator(t)
		if secret != nil {
			a.secret = secret
		}
		a.count, a.flags = 1, present|verified|eligible
		a.extra = map[string]any{"credProps": map[string]any{"rk": true}}
		c := x.register(t, a, handle)
		if !bytes.Equal(c.ID, a.id) || c.SignCount != 1 || !c.BackupEligible || c.BackupState || !slices.Equal(c.Transports, []string{"internal", "hybrid"}) {
			t.Errorf("%s: %+v", name, c)
		}
		all := accounts{string(handle): {{ID: []byte("another")}, *c}}
		for count := uint32(2); count < 5; count++ {
			options, pending, err := x.BeginLogin()
			check(t, err)
			a.count, a.flags = count, present|verified|eligible|backedUp
			in, err := x.FinishLogin(pending, a.signIn(options), all.lookup)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !bytes.Equal(in.Handle, handle) || !bytes.Equal(in.Credential.ID, c.ID) || in.Credential.SignCount != count || !in.Credential.BackupState || in.Cloned || !slices.Equal(in.Credential.Transports, c.Transports) {
				t.Errorf("%s: %+v", name, in)
			}
			all[string(handle)][1] = in.Credential
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	text, pending, err := x.BeginRegistration(handle, "ada@harbor.test", []passkey.Credential{{ID: []byte("had"), Transports: []string{"usb"}}})
	check(t, err)
	for _, want := range []string{
		`"userVerification":"required"`, `"residentKey":"required"`, `"requireResidentKey":true`, `"attestation":"none"`, `"id":"directory.test"`, `"timeout":300000`,
		`"alg":-7}`, `"alg":-8}`, `"alg":-257}`, `"excludeCredentials":[{"type":"public-key","id":"aGFk","transports":["usb"]}]`, `"id":"MDEyMzQ1Njc4OWFiY2RlZg"`, pending.Challenge,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("registration lacks %s: %s", want, text)
		}
	}
	if n := strings.Count(string(text), `"alg"`); n != 3 {
		t.Errorf("%d algorithms", n)
	}
	text, pending, err = x.BeginLogin()
	check(t, err)
	for _, want := range []string{`"userVerification":"required"`, `"rpId":"directory.test"`, pending.Challenge} {
		if !strings.Contains(string(text), want) {
			t.Errorf("login lacks %s: %s", want, text)
		}
	}
	if strings.Contains(string(text), "allowCredentials") {
		t.Errorf("login names passkeys: %s", text)
	}
	kept, err := json.Marshal(pending)
	check(t, err)
	var back passkey.Pending
	if check(t, json.Unmarshal(kept, &back)); len(kept) > 200 || back.Challenge != pending.Challenge {
		t.Errorf("%s", kept)
	}
	for _, bad := range [][]byte{nil, make([]byte, 65)} {
		if _, _, err := x.BeginRegistration(bad, "a", nil); err == nil {
			t.Errorf("a handle of %d bytes was taken", len(bad))
		}
	}
}

func TestAttacksOnRegistration(t *testing.T) {
	t.Parallel()
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	check(t, err)
	other, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	check(t, err)
	for name, tc := range map[string]struct {
		want   error
		change func(x *fixture, a *authenticator, p *passkey.Pending)
	}{
		"another origin":     {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.origin = "https://directory.test.evil.test" }},
		"a subdomain":        {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.origin = "https://evil.directory.test" }},
		"another port":       {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.origin = origin + ":1" }},
		"plain http":         {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.origin = "http://directory.test" }},
		"within a frame":     {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.cross = true }},
		"another RP id":      {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.host = "test" }},
		"nobody verified":    {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.flags = present }},
		"nobody present":     {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.flags = verified }},
		"an odd backup":      {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.flags |= backedUp }},
		"a login":            {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.typ = "webauthn.get" }},
		"another challenge":  {passkey.ErrRefused, func(_ *fixture, _ *authenticator, p *passkey.Pending) { p.Challenge = strings.Repeat("A", 43) }},
		"another algorithm":  {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.secret = other }},
		"a weak key":         {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.secret = weak }},
		"an attestation":     {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.format = "android-safetynet" }},
		"an empty one":       {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.format = "packed" }},
		"a long id":          {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.id = make([]byte, 1024) }},
		"no id":              {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending) { a.id = nil }},
		"too late":           {passkey.ErrExpired, func(x *fixture, _ *authenticator, _ *passkey.Pending) { x.now = x.now.Add(5*time.Minute + time.Second) }},
		"from the future":    {passkey.ErrExpired, func(x *fixture, _ *authenticator, _ *passkey.Pending) { x.now = x.now.Add(-2 * time.Minute) }},
		"nothing begun":      {passkey.ErrExpired, func(_ *fixture, _ *authenticator, p *passkey.Pending) { *p = passkey.Pending{} }},
		"begun as a sign-in": {passkey.ErrExpired, func(_ *fixture, _ *authenticator, p *passkey.Pending) { p.Handle = nil }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x, a := newFixture(t), newAuthenticator(t)
			options, pending, err := x.BeginRegistration(handle, "ada", nil)
			check(t, err)
			tc.change(x, a, &pending)
			if c, err := x.FinishRegistration(pending, a.register(options)); !errors.Is(err, tc.want) || c != nil {
				t.Errorf("%+v, %v; want %v", c, err, tc.want)
			}
		})
	}
}

func TestAttacksOnSignIn(t *testing.T) {
	t.Parallel()
	errDown := errors.New("the database is down")
	for name, tc := range map[string]struct {
		want   error
		change func(x *fixture, a *authenticator, p *passkey.Pending, all accounts)
	}{
		"another origin":    {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending, _ accounts) { a.origin = "https://evil.test" }},
		"within a frame":    {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending, _ accounts) { a.cross = true }},
		"another RP id":     {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending, _ accounts) { a.host = "evil.test" }},
		"nobody verified":   {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending, _ accounts) { a.flags = present }},
		"nobody present":    {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending, _ accounts) { a.flags = verified }},
		"a registration":    {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending, _ accounts) { a.typ = "webauthn.create" }},
		"another challenge": {passkey.ErrRefused, func(x *fixture, _ *authenticator, p *passkey.Pending, _ accounts) { _, *p, _ = x.BeginLogin() }},
		"another key": {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending, _ accounts) {
			a.secret = newAuthenticator(a.t).secret
		}},
		"eligible by now": {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending, _ accounts) { a.flags |= eligible }},
		"no handle":       {passkey.ErrRefused, func(_ *fixture, a *authenticator, _ *passkey.Pending, _ accounts) { a.handle = nil }},
		"another account's": {passkey.ErrUnknown, func(x *fixture, a *authenticator, _ *passkey.Pending, all accounts) {
			all["eve"] = []passkey.Credential{*x.register(a.t, newAuthenticator(a.t), []byte("eve"))}
			a.handle = []byte("eve")
		}},
		"no account":       {passkey.ErrUnknown, func(_ *fixture, a *authenticator, _ *passkey.Pending, _ accounts) { a.handle = []byte("nobody") }},
		"a deleted one":    {passkey.ErrUnknown, func(_ *fixture, _ *authenticator, _ *passkey.Pending, all accounts) { clear(all) }},
		"too late":         {passkey.ErrExpired, func(x *fixture, _ *authenticator, _ *passkey.Pending, _ accounts) { x.now = x.now.Add(6 * time.Minute) }},
		"nothing begun":    {passkey.ErrExpired, func(_ *fixture, _ *authenticator, p *passkey.Pending, _ accounts) { *p = passkey.Pending{} }},
		"a new passkey's":  {passkey.ErrExpired, func(_ *fixture, _ *authenticator, p *passkey.Pending, _ accounts) { p.Handle = handle }},
		"a broken look-up": {errDown, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x, a := newFixture(t), newAuthenticator(t)
			all := accounts{string(handle): {*x.register(t, a, handle)}}
			options, pending, err := x.BeginLogin()
			check(t, err)
			lookup := all.lookup
			if tc.change == nil {
				lookup = func([]byte) ([]passkey.Credential, error) { return nil, errDown }
			} else {
				tc.change(x, a, &pending, all)
			}
			if in, err := x.FinishLogin(pending, a.signIn(options), lookup); !errors.Is(err, tc.want) || in != nil {
				t.Errorf("%+v, %v; want %v", in, err, tc.want)
			}
		})
	}
}

// A copy of a passkey shows when both are used.
func TestClonesAreNoticed(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		stored, said uint32
		cloned       bool
	}{{5, 6, false}, {5, 5, true}, {5, 4, true}, {5, 0, true}, {0, 0, false}, {0, 1, false}} {
		x, a := newFixture(t), newAuthenticator(t)
		a.count = tc.stored
		all := accounts{string(handle): {*x.register(t, a, handle)}}
		options, pending, err := x.BeginLogin()
		check(t, err)
		a.count = tc.said
		in, err := x.FinishLogin(pending, a.signIn(options), all.lookup)
		check(t, err)
		if in.Cloned != tc.cloned || in.Credential.SignCount != max(tc.stored, tc.said) {
			t.Errorf("%d after %d: %+v", tc.said, tc.stored, in)
		}
	}
}

func TestBodiesThatAreNone(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	_, registration, err := x.BeginRegistration(handle, "ada", nil)
	check(t, err)
	_, login, err := x.BeginLogin()
	check(t, err)
	for name, body := range map[string]string{
		"nothing": "", "null": "null", "a list": "[]", "no response": `{"id":"YQ","rawId":"YQ","type":"public-key"}`, "large": `{"id":"` + strings.Repeat("a", 65<<10) + `"}`,
		"two": `{} {}`, "deep": strings.Repeat("[", 60_000),
		"odd objects": `{"id":"YQ","rawId":"YQ","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA","authenticatorData":"oA","signature":"oA","userHandle":"oA"}}`,
	} {
		if _, err := x.FinishRegistration(registration, strings.NewReader(body)); !errors.Is(err, passkey.ErrRefused) || len(err.Error()) > 600 {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := x.FinishLogin(login, strings.NewReader(body), accounts{}.lookup); !errors.Is(err, passkey.ErrRefused) || len(err.Error()) > 600 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := x.FinishLogin(login, io.MultiReader(strings.NewReader("{"), broken{}), accounts{}.lookup); !errors.Is(err, passkey.ErrRefused) {
		t.Error(err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestHostsWithoutPasskeys(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{"localhost": true, "directory.test": true, "127.0.0.1": false, "::1": false, "": false, "https://directory.test": false, "directory.test:8080": false} {
		if _, err := passkey.New(passkey.Config{RPID: host, Origins: []string{"http://" + host}, DisplayName: "D"}); (err == nil) != want {
			t.Errorf("%s: %v", host, err)
		}
	}
}
