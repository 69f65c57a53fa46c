package passkey

import (
	"encoding/json"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// BeginSignIn returns the options of navigator.credentials.get for whoever it will
// be.
func (rp *RP) BeginSignIn() (options json.RawMessage, begun Pending, err error) {
	assertion, session, err := rp.webauthn.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, Pending{}, err
	}
	options, err = json.Marshal(assertion.Response)
	return options, rp.begin(session), err
}

// FinishSignIn returns the handle of the person whose passkey answered, and the
// passkey with its new counter. find returns the passkeys of a handle, and none for
// one that nobody has. Its errors are returned as they are.
func (rp *RP) FinishSignIn(begun Pending, response []byte, find func(handle []byte) ([]Credential, error)) (handle []byte, used Credential, err error) {
	if err := rp.check(begun, response); err != nil {
		return nil, Credential{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return nil, Credential{}, ErrInvalid
	}
	var failed error
	who, found, err := rp.webauthn.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		credentials, err := find(handle)
		if err != nil {
			failed = err
			return nil, err
		}
		if len(credentials) == 0 {
			failed = ErrUnknown
			return nil, ErrUnknown
		}
		return newPerson(handle, "", credentials), nil
	}, begun.Session, parsed)
	switch {
	case failed != nil:
		return nil, Credential{}, failed
	case err != nil:
		return nil, Credential{}, kind(err)
	case found.Authenticator.CloneWarning:
		return nil, Credential{}, ErrCloned
	}
	return who.WebAuthnID(), fromLibrary(found), nil
}

// kind is the kind of an error of the library.
func kind(err error) error {
	if e, ok := errors.AsType[*protocol.Error](err); ok && e.Type == protocol.ErrBadRequest.Type {
		return ErrUnknown // the passkey is none of the person's
	}
	return ErrInvalid
}
