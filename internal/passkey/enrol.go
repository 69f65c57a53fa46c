package passkey

import (
	"encoding/json"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// BeginEnrolment returns the options of navigator.credentials.create for a person,
// known by a handle that says nothing of them, who has some passkeys already.
func (rp *RP) BeginEnrolment(handle []byte, name string, existing []Credential) (options json.RawMessage, begun Pending, err error) {
	p := newPerson(handle, name, existing)
	exclude := make([]protocol.CredentialDescriptor, len(p.credentials))
	for i := range p.credentials {
		exclude[i] = p.credentials[i].Descriptor()
	}
	creation, session, err := rp.webauthn.BeginRegistration(p, webauthn.WithCredentialParameters(algorithms), webauthn.WithExclusions(exclude))
	if err != nil {
		return nil, Pending{}, err
	}
	options, err = json.Marshal(creation.Response)
	return options, rp.begin(session), err
}

// FinishEnrolment returns the passkey that a browser made.
func (rp *RP) FinishEnrolment(begun Pending, handle []byte, response []byte) (Credential, error) {
	if err := rp.check(begun, response); err != nil {
		return Credential{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return Credential{}, ErrInvalid
	}
	made, err := rp.webauthn.CreateCredential(newPerson(handle, "", nil), begun.Session, parsed)
	if err != nil {
		return Credential{}, ErrInvalid
	}
	return fromLibrary(made), nil
}
