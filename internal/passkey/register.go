package passkey

import (
	"encoding/json"
	"errors"
	"io"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"
)

const (
	maxTransports = 8
	maxTransport  = 32
	minRSABytes   = 2048 / 8
	maxID         = 1023 // Web Authentication, level 3, §4
)

// BeginRegistration returns what a page gives to
// PublicKeyCredential.parseCreationOptionsFromJSON. The handle, of 1 to 64 random
// bytes, names the account and no person. An authenticator that has one of the
// existing passkeys makes no other.
func (rp *RelyingParty) BeginRegistration(handle []byte, name string, existing []Credential) (options json.RawMessage, p Pending, err error) {
	who := account{handle, name, existing}
	creation, session, err := rp.lib.BeginRegistration(who,
		webauthn.WithCredentialParameters(parameters),
		webauthn.WithExclusions(webauthn.Credentials(who.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return nil, Pending{}, err
	}
	options, err = json.Marshal(creation.Response)
	return options, Pending{session.Challenge, handle, rp.now().UTC()}, err
}

// FinishRegistration returns the new passkey, from what the page sends: the JSON
// of the PublicKeyCredential.
func (rp *RelyingParty) FinishRegistration(p Pending, body io.Reader) (*Credential, error) {
	text, err := rp.open(p, body)
	if err != nil {
		return nil, err
	}
	if len(p.Handle) == 0 {
		return nil, ErrExpired // of another ceremony
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(text)
	if err != nil {
		return nil, refused(err)
	}
	// Browsers remove attestations that nobody asked for, except those by the
	// passkey itself.
	if format := answer.Response.AttestationObject.Format; format != "none" && format != "packed" {
		return nil, refused(errors.New("it has an attestation"))
	}
	made, err := rp.lib.CreateCredential(account{handle: p.Handle}, p.session(rp), answer)
	if err != nil {
		return nil, refused(err)
	}
	if len(made.ID) == 0 || len(made.ID) > maxID {
		return nil, refused(errors.New("its id is too long"))
	}
	if weak(made.PublicKey) {
		return nil, refused(errors.New("its key is too short"))
	}
	c := stored(made)
	return &c, nil
}

// weak reports whether a key is of RSA and shorter than others may be here.
func weak(publicKey []byte) bool {
	parsed, err := webauthncose.ParsePublicKey(publicKey)
	key, ok := parsed.(webauthncose.RSAPublicKeyData)
	return err != nil || ok && len(key.Modulus) < minRSABytes
}
