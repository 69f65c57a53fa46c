package passkey

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"
)

const (
	lifetime = 5 * time.Minute // of a challenge
	maxBody  = 64 << 10
)

var (
	// ErrExpired means that the ceremony took too long, or is another one.
	ErrExpired = errors.New("the passkey was asked for too long ago")
	// ErrUnknown means that nobody has the passkey here.
	ErrUnknown = errors.New("the passkey is not known")
	// ErrRefused means that an answer does not verify.
	ErrRefused = errors.New("the passkey's answer does not verify")
)

// Config is what the relying party needs to know of the installation.
type Config struct {
	RPID        string   // the host name that passkeys are bound to; no address
	Origins     []string // where pages may use them, such as https://directory.test
	DisplayName string
	Now         func() time.Time // time.Now where it is nil
}

// RelyingParty registers and verifies passkeys. Safe for concurrent use.
type RelyingParty struct {
	now func() time.Time
	lib *webauthn.WebAuthn
}

// New returns the relying party. It fails for a host that cannot have passkeys,
// such as an IP address.
func New(cfg Config) (*RelyingParty, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.RPID == "" {
		return nil, errors.New("passkeys need a host name")
	}
	lib, err := webauthn.New(&webauthn.Config{
		RPID: cfg.RPID, RPOrigins: cfg.Origins, RPDisplayName: cfg.DisplayName, AttestationPreference: protocol.PreferNoAttestation,
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore, // password managers add some
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: protocol.ResidentKeyRequired(), ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys of %s: %w", cfg.RPID, err)
	}
	return &RelyingParty{cfg.Now, lib}, nil
}

// Credential is a passkey as it is stored.
type Credential struct {
	ID             []byte
	PublicKey      []byte // COSE_Key
	SignCount      uint32
	AAGUID         uuid.UUID // the model of the authenticator, if it says
	Transports     []string
	BackupEligible bool
	BackupState    bool
}

// Pending is what the answer to a challenge has to be compared with. It must come
// back from the browser that the challenge was sent to, unread and unchanged.
type Pending struct {
	Challenge string    `json:"c"`
	Handle    []byte    `json:"h,omitempty"` // of the account that registers a passkey
	Begun     time.Time `json:"t"`
}

// parameters are the algorithms that are accepted.
var parameters = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgEdDSA},
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
}

// session is what the library compares an answer with.
func (p Pending) session(rp *RelyingParty) webauthn.SessionData {
	return webauthn.SessionData{
		Challenge: p.Challenge, RelyingPartyID: rp.lib.Config.RPID, UserID: p.Handle,
		UserVerification: protocol.VerificationRequired, CredParams: parameters,
	}
}

// open reads an answer, if the challenge is recent.
func (rp *RelyingParty) open(p Pending, body io.Reader) ([]byte, error) {
	if age := rp.now().Sub(p.Begun); p.Challenge == "" || age > lifetime || age < -time.Minute {
		return nil, ErrExpired
	}
	text, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if err != nil || len(text) > maxBody {
		return nil, refused(errors.New("it cannot be read"))
	}
	return text, nil
}

// refused returns an [ErrRefused] with what the library says.
func refused(err error) error {
	text := err.Error()
	if said, ok := errors.AsType[*protocol.Error](err); ok && said.DevInfo != "" {
		text += " (" + said.DevInfo + ")"
	}
	return fmt.Errorf("%w: %.500s", ErrRefused, text)
}

// account is what the library knows of an account. It implements [webauthn.User].
type account struct {
	handle []byte
	name   string
	has    []Credential
}

func (a account) WebAuthnID() []byte          { return a.handle }
func (a account) WebAuthnName() string        { return a.name }
func (a account) WebAuthnDisplayName() string { return a.name }

func (a account) WebAuthnCredentials() []webauthn.Credential {
	all := make([]webauthn.Credential, len(a.has))
	for i, c := range a.has {
		all[i] = webauthn.Credential{
			ID: c.ID, PublicKey: c.PublicKey, Transport: transports(c.Transports),
			Flags:         webauthn.CredentialFlags{UserPresent: true, UserVerified: true, BackupEligible: c.BackupEligible, BackupState: c.BackupState},
			Authenticator: webauthn.Authenticator{AAGUID: c.AAGUID[:], SignCount: c.SignCount},
		}
	}
	return all
}

func transports(names []string) []protocol.AuthenticatorTransport {
	all := make([]protocol.AuthenticatorTransport, len(names))
	for i, n := range names {
		all[i] = protocol.AuthenticatorTransport(n)
	}
	return all
}

// stored returns a credential of the library as it is stored.
func stored(c *webauthn.Credential) Credential {
	out := Credential{
		ID: c.ID, PublicKey: c.PublicKey, SignCount: c.Authenticator.SignCount,
		BackupEligible: c.Flags.BackupEligible, BackupState: c.Flags.BackupState,
	}
	out.AAGUID, _ = uuid.FromBytes(c.Authenticator.AAGUID)
	for _, t := range c.Transport {
		if len(out.Transports) < maxTransports && len(t) <= maxTransport {
			out.Transports = append(out.Transports, string(t))
		}
	}
	return out
}
