package passkey

import (
	"encoding/json"
	"io"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Login is who signed in.
type Login struct {
	Handle     []byte
	Credential Credential // with what changed: its count and whether it is backed up
	// Cloned means that somebody may have a copy of the passkey: its count did not
	// go up.
	Cloned bool
}

// BeginLogin returns what a page gives to
// PublicKeyCredential.parseRequestOptionsFromJSON: the browser offers the
// passkeys that it has.
func (rp *RelyingParty) BeginLogin() (options json.RawMessage, p Pending, err error) {
	assertion, session, err := rp.lib.BeginDiscoverableLogin()
	if err != nil {
		return nil, Pending{}, err
	}
	options, err = json.Marshal(assertion.Response)
	return options, Pending{Challenge: session.Challenge, Begun: rp.now().UTC()}, err
}

// FinishLogin returns who signed in, from what the page sends: the JSON of the
// PublicKeyCredential. Lookup returns the passkeys of the account with a handle,
// none if there is no such account.
func (rp *RelyingParty) FinishLogin(p Pending, body io.Reader, lookup func(handle []byte) ([]Credential, error)) (*Login, error) {
	text, err := rp.open(p, body)
	if err != nil {
		return nil, err
	}
	if len(p.Handle) > 0 {
		return nil, ErrExpired // of another ceremony
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(text)
	if err != nil {
		return nil, refused(err)
	}
	var failed error // of the lookup; the library changes it
	who, used, err := rp.lib.ValidatePasskeyLogin(func(id, handle []byte) (webauthn.User, error) {
		var found account
		found, failed = find(id, handle, lookup)
		return found, failed
	}, p.session(rp), answer)
	if failed != nil {
		return nil, failed
	}
	if err != nil {
		return nil, refused(err)
	}
	return &Login{who.WebAuthnID(), stored(used), used.Authenticator.CloneWarning}, nil
}

// find returns the account with a handle, if it has the passkey with an id.
func find(id, handle []byte, lookup func(handle []byte) ([]Credential, error)) (account, error) {
	has, err := lookup(handle)
	if err != nil {
		return account{}, err
	}
	for _, c := range has {
		if string(c.ID) == string(id) {
			return account{handle: handle, has: []Credential{c}}, nil
		}
	}
	return account{}, ErrUnknown
}
