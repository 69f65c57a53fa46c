package apierror

import (
	"fmt"
	"time"
)

// Error is a failure whose message is safe to show.
type Error struct {
	Code       Code
	Message    string
	Field      string        // the input field at fault, as the API names it; empty when there is none
	RetryAfter time.Duration // when the same request may succeed; zero where it is not known, or waiting does not help
	Cause      error         // what it came from, for the log; nil for none
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause; its text is not for clients.
func (e *Error) Unwrap() error { return e.Cause }

// Errorf returns an error about a field, or about none where that is empty.
func Errorf(code Code, field, format string, args ...any) *Error {
	return &Error{Code: code, Field: field, Message: fmt.Sprintf(format, args...)}
}
