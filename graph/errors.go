package graph

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/rule"
)

// Code says what kind of failure an operation ended in. GraphQL shows it in
// extensions.code; SCIM maps it to a status and a scimType.
type Code string

// The codes of errors.
const (
	CodeNotFound     Code = "NOT_FOUND"     // no such thing for the viewer
	CodeConflict     Code = "CONFLICT"      // the value is taken
	CodeInvalid      Code = "INVALID"       // the input is wrong
	CodeForbidden    Code = "FORBIDDEN"     // the viewer may not do this
	CodeStaleVersion Code = "STALE_VERSION" // somebody changed it first
	CodeLimit        Code = "LIMIT"         // more was asked than is allowed
	CodeTimeout      Code = "TIMEOUT"       // it took too long
	CodeUnavailable  Code = "UNAVAILABLE"   // try again later
	CodeInternal     Code = "INTERNAL"      // our fault

	// Only subscriptions end with these.
	CodeResync       Code = "RESYNC_REQUIRED" // what comes after the cursor is no longer kept
	CodeSlowConsumer Code = "SLOW_CONSUMER"   // the client did not take what came; it can go on after its last cursor
)

// Error is a failure whose message is safe to show.
type Error struct {
	Code    Code
	Message string
	Field   string // the input field at fault, as the API names it; empty when there is none
	cause   error
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns what caused the error; its text is not for clients.
func (e *Error) Unwrap() error { return e.cause }

func failf(code Code, field, format string, args ...any) *Error {
	return &Error{Code: code, Field: field, Message: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of err. What it does not recognise is internal.
func CodeOf(err error) Code { return Describe(err).Code }

// Describe turns any error of an operation into one that is safe to show.
func Describe(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*ent.ValidationError](err); ok {
		return invalidField(e)
	}
	if d, ok := errors.AsType[*rule.Denied](err); ok {
		return &Error{Code: CodeForbidden, Message: d.Reason, cause: err}
	}
	switch {
	case ent.IsNotFound(err):
		return &Error{Code: CodeNotFound, Message: "no such thing", cause: err}
	case errors.Is(err, privacy.Deny):
		return &Error{Code: CodeForbidden, Message: "the key does not allow this", cause: err}
	case errors.Is(err, sqlconn.ErrUnknownOutcome):
		return &Error{Code: CodeUnavailable, Message: "it is not known whether the change took effect; look before sending it again", cause: err}
	case sqlconn.IsUnavailable(err): // also after waiting for the database as long as is allowed
		return &Error{Code: CodeUnavailable, Message: "the directory is busy; try again", cause: err}
	case errors.Is(err, sqlconn.ErrTooMuch):
		return &Error{Code: CodeLimit, Message: "the answer would be too large; ask for fewer at a time", cause: err}
	case sqlconn.IsStatementTimeout(err), errors.Is(err, context.DeadlineExceeded):
		return &Error{Code: CodeTimeout, Message: "this took too long; ask for less", cause: err}
	case errors.Is(err, context.Canceled):
		return &Error{Code: CodeUnavailable, Message: "the directory is busy; try again", cause: err}
	}
	return describeConstraint(err)
}

// taken names, for each unique key of the database, the field that was taken.
var taken = map[string]string{
	"users(directory_id,user_name_key)":                      "userName",
	"groups(directory_id,display_name_key)":                  "displayName",
	"companies(short_name_key)":                              "shortName",
	"idempotency_records(company_id,key_id,idempotency_key)": "Idempotency-Key",
}

func describeConstraint(err error) *Error {
	if key, ok := sqlconn.IsUniqueViolation(err); ok {
		if field, ok := taken[key]; ok {
			return &Error{Code: CodeConflict, Field: field, Message: field + " is taken", cause: err}
		}
	}
	if _, ok := sqlconn.IsForeignKeyViolation(err); ok {
		return &Error{Code: CodeNotFound, Message: "something it refers to does not exist", cause: err}
	}
	if sqlconn.KindOf(err) == sqlconn.Input {
		return &Error{Code: CodeInvalid, Message: "a value cannot be stored", cause: err}
	}
	return &Error{Code: CodeInternal, Message: "internal error", cause: err}
}

func invalidField(e *ent.ValidationError) *Error {
	field := camel(e.Name)
	reason := "is not valid"
	switch text := e.Error(); {
	case strings.Contains(text, "less than the required length"), strings.Contains(text, "missing required field"):
		reason = "must not be empty"
	case strings.Contains(text, "greater than the required"):
		reason = "is too long"
	case strings.Contains(text, "does not match validation"): // only short names have a pattern
		reason = "must be 2 to 50 letters, digits, - or _"
	}
	return &Error{Code: CodeInvalid, Field: field, Message: field + " " + reason, cause: e}
}

// camel turns the name of a column into the name of its field.
func camel(column string) string {
	parts := strings.Split(strings.TrimSuffix(column, "_key"), "_")
	for i, p := range parts[1:] {
		if p != "" {
			parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "")
}

// inDirectory says what a dangling reference of a new user or group means.
func inDirectory(err error) error {
	if _, ok := sqlconn.IsForeignKeyViolation(err); ok {
		return &Error{Code: CodeNotFound, Field: errNoDirectory.Field, Message: errNoDirectory.Message, cause: err}
	}
	return err
}
