// Package passkey signs people in with passkeys: it is the relying party of
// WebAuthn Level 3. User verification is always required, and passkeys are
// discoverable, so that nobody types a name. It stores nothing: what has to survive
// between the two requests of a ceremony is [Pending], which the caller seals into a
// cookie.
//
// In reading order: passkey.go has the relying party, enrol.go how passkeys are
// made, and signin.go how they are used.
//
// Its errors are the kinds below, without what a browser sent.
package passkey
