package oidc

import "errors"

// The kinds of errors.
var (
	// ErrState means that the answer belongs to no sign-in that this browser began.
	ErrState = errors.New("the answer belongs to no sign-in that was begun here")
	// ErrExpired means that the sign-in took too long, or came back twice.
	ErrExpired = errors.New("the sign-in has expired")
	// ErrIssuer means that another issuer answered than the one that was asked.
	ErrIssuer = errors.New("the answer is of another issuer")
	// ErrToken means that the ID token or the logout token is not valid.
	ErrToken = errors.New("the token is not valid")
	// ErrOld means that the person signed in to the provider too long ago, or that
	// the provider does not say when.
	ErrOld = errors.New("the sign-in at the provider is too old")
	// ErrDenied means that the person or the provider refused.
	ErrDenied = errors.New("the sign-in was refused")
	// ErrInteraction means that the provider would have to ask the person.
	ErrInteraction = errors.New("the provider has to ask first")
	// ErrConfiguration means that the provider does not accept this client: its id,
	// secret, redirect URI or scopes.
	ErrConfiguration = errors.New("the provider does not accept this client")
	// ErrUnavailable means that the provider cannot be reached, or fails.
	ErrUnavailable = errors.New("the provider is not available")
)

// Error is why a sign-in or a sign-out failed.
type Error struct {
	Kind   error  // one of the kinds above
	Reason string // for the log and for administrators: what exactly
}

// Error implements error.
func (e *Error) Error() string { return e.Kind.Error() + ": " + e.Reason }

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

func fail(kind error, reason string) error { return &Error{kind, reason} }

// An InvalidError is a field of a [Provider] that cannot be used, or of a [Rule].
type InvalidError struct {
	Field   string // as in the type
	Message string // for the administrator
}

// Error implements error.
func (e *InvalidError) Error() string { return e.Field + ": " + e.Message }
