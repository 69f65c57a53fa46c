package passkey

import (
	"errors"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"
)

// The kinds of errors.
var (
	// ErrExpired means that the ceremony took too long.
	ErrExpired = errors.New("passkey: the ceremony has expired")
	// ErrInvalid means that the browser's response is not valid: of another origin,
	// challenge or key, or without user verification.
	ErrInvalid = errors.New("passkey: the response is not valid")
	// ErrUnknown means that nobody has the passkey.
	ErrUnknown = errors.New("passkey: nobody has this passkey")
	// ErrCloned means that the passkey's counter went back: there may be a copy of it.
	ErrCloned = errors.New("passkey: the counter of the passkey went back")
	// ErrAddress means that passkeys do not work at the address of the server.
	ErrAddress = errors.New("passkey: passkeys need https and a host name, or localhost")
)

// lifetime is how long a ceremony may take.
const lifetime = 5 * time.Minute

// maxResponse is the largest response of a browser, in bytes.
const maxResponse = 64 << 10

// RP is the relying party. Safe for concurrent use.
type RP struct {
	webauthn *webauthn.WebAuthn
	now      func() time.Time
}

// Pending is a ceremony that has begun.
type Pending struct {
	Session webauthn.SessionData `json:"session"`
	Begun   time.Time            `json:"begun"`
}

// Credential is a passkey as the server keeps it.
type Credential struct {
	ID             []byte
	PublicKey      []byte // COSE_Key (RFC 9052, section 7)
	SignCount      uint32
	AAGUID         []byte // of the authenticator's model
	Transports     []string
	BackupEligible bool // it can be on several devices
	BackedUp       bool // it is
}

// New returns the relying party of a server that browsers reach at a base URL. It
// fails with [ErrAddress] where passkeys do not work.
func New(baseURL, name string, now func() time.Time) (*RP, error) {
	u, err := url.Parse(baseURL)
	if err != nil || !secure(u) || net.ParseIP(u.Hostname()) != nil {
		return nil, ErrAddress
	}
	required := protocol.VerificationRequired
	timeout := webauthn.TimeoutConfig{Enforce: true, Timeout: lifetime, TimeoutUVD: lifetime}
	w, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: name, RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: protocol.ResidentKeyRequired(), ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: required,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: timeout, Registration: timeout},
	})
	if err != nil {
		return nil, ErrAddress
	}
	return &RP{webauthn: w, now: now}, nil
}

func secure(u *url.URL) bool {
	host := u.Hostname()
	return u.Scheme == "https" || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// algorithms are those of the public keys that are accepted.
var algorithms = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgEdDSA},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
}

// person is a user of the library.
type person struct {
	handle      []byte
	name        string
	credentials []webauthn.Credential
}

func (p *person) WebAuthnID() []byte                         { return p.handle }
func (p *person) WebAuthnName() string                       { return p.name }
func (p *person) WebAuthnDisplayName() string                { return p.name }
func (p *person) WebAuthnCredentials() []webauthn.Credential { return p.credentials }

func (c Credential) library() webauthn.Credential {
	transports := make([]protocol.AuthenticatorTransport, len(c.Transports))
	for i, t := range c.Transports {
		transports[i] = protocol.AuthenticatorTransport(t)
	}
	return webauthn.Credential{
		ID: c.ID, PublicKey: c.PublicKey, Transport: transports,
		Flags:         webauthn.CredentialFlags{UserPresent: true, UserVerified: true, BackupEligible: c.BackupEligible, BackupState: c.BackedUp},
		Authenticator: webauthn.Authenticator{AAGUID: c.AAGUID, SignCount: c.SignCount},
	}
}

func fromLibrary(c *webauthn.Credential) Credential {
	transports := make([]string, len(c.Transport))
	for i, t := range c.Transport {
		transports[i] = string(t)
	}
	return Credential{
		ID: c.ID, PublicKey: c.PublicKey, SignCount: c.Authenticator.SignCount, AAGUID: c.Authenticator.AAGUID,
		Transports: transports, BackupEligible: c.Flags.BackupEligible, BackedUp: c.Flags.BackupState,
	}
}

func newPerson(handle []byte, name string, credentials []Credential) *person {
	p := &person{handle: handle, name: name}
	for _, c := range credentials {
		p.credentials = append(p.credentials, c.library())
	}
	return p
}

func (rp *RP) begin(session *webauthn.SessionData) Pending {
	return Pending{Session: *session, Begun: rp.now().UTC()}
}

// check fails for a ceremony that took too long, and for a response that is too large.
func (rp *RP) check(p Pending, response []byte) error {
	if age := rp.now().Sub(p.Begun); age > lifetime || age < -lifetime || p.Session.Challenge == "" {
		return ErrExpired
	}
	if len(response) > maxResponse {
		return ErrInvalid
	}
	return nil
}
