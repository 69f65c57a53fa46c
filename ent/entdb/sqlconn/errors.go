package sqlconn

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"
)

// Kind is the kind of a database error, the same for both databases.
type Kind string

// The kinds of database error.
const (
	Unique         Kind = "unique"          // a value that must be unique exists already
	ForeignKey     Kind = "foreign_key"     // a reference to or from a missing row
	Check          Kind = "check"           // a value a constraint refuses, NULL included
	Input          Kind = "input"           // a value the column's type refuses
	Conflict       Kind = "conflict"        // lost against a concurrent transaction; rolled back
	Busy           Kind = "busy"            // a lock did not come free in time; rolled back
	Lost           Kind = "lost"            // connection ended before COMMIT was sent; rolled back
	Unavailable    Kind = "unavailable"     // no writable database can be reached
	Storage        Kind = "storage"         // disk full, I/O error
	Timeout        Kind = "timeout"         // the statement took longer than allowed
	Canceled       Kind = "canceled"        // the context ended; wraps the context's error
	UnknownOutcome Kind = "unknown_outcome" // COMMIT was sent and its answer did not arrive
	Internal       Kind = "internal"        // anything else: a fault of the program or the schema
)

// ErrUnknownOutcome is matched (errors.Is) by the error of a COMMIT that may or
// may not have taken effect: its connection ended, it took too long, or the
// server gave up waiting for a synchronous standby.
var ErrUnknownOutcome = errors.New("sqlconn: the outcome of the commit is unknown")

// Error is a failed statement or transaction. Its text names tables, columns and
// constraints but never a value; the driver's own error is what it wraps, and
// its text belongs in a log (see Detail), never in an answer.
type Error struct {
	Kind       Kind
	Code       string   // SQLSTATE, or SQLite's extended result code in decimal
	Constraint string   // its name, where the database tells
	Table      string   // of a unique violation
	Columns    []string // of a unique violation, in the order of the index

	cause     error
	exhausted bool // Retry gave up
	inTx      bool
}

// texts has the texts of the kinds. ent recognises violated constraints by these
// phrases, whatever the language of the server's messages.
var texts = map[Kind]string{
	Unique:         "violates unique constraint",
	ForeignKey:     "violates foreign key constraint",
	Check:          "violates check constraint",
	Input:          "a value does not fit its column",
	Conflict:       "lost against a concurrent transaction",
	Busy:           "a lock did not come free in time",
	Lost:           "the connection to the database was lost",
	Unavailable:    "the database is unavailable",
	Storage:        "the database cannot use its storage",
	Timeout:        "the statement took too long",
	Canceled:       "the caller gave up",
	UnknownOutcome: "the outcome of the commit is unknown",
	Internal:       "the database refused the statement",
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("sqlconn: ")
	b.WriteString(texts[e.Kind])
	if e.Kind == Unique && e.key() != "" {
		b.WriteString(" " + e.key())
	} else if e.Constraint != "" {
		b.WriteString(" " + e.Constraint)
	}
	if e.Code != "" {
		b.WriteString(" [" + e.Code + "]")
	}
	return b.String()
}

// Unwrap returns the driver's or the context's error.
func (e *Error) Unwrap() error { return e.cause }

// Is lets errors.Is find ErrUnknownOutcome, and lets database/sql take a fresh
// connection for a read outside a transaction whose connection was lost.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrUnknownOutcome:
		return e.Kind == UnknownOutcome
	case driver.ErrBadConn:
		return e.Kind == Lost && !e.inTx
	}
	return false
}

func (e *Error) key() string {
	if len(e.Columns) == 0 {
		return e.Constraint
	}
	return e.Table + "(" + strings.Join(e.Columns, ",") + ")"
}

// KindOf returns the kind of a database error, or "" when err is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return ""
}

// IsUniqueViolation reports whether err is a violated unique constraint or
// primary key. Key is "table(column,column)" on both databases, or the
// constraint's name where the database does not tell the columns.
func IsUniqueViolation(err error) (key string, ok bool) {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == Unique {
		return e.key(), true
	}
	return "", false
}

// IsForeignKeyViolation reports whether err is a violated foreign key. The
// constraint's name is empty on SQLite, which does not tell it.
func IsForeignKeyViolation(err error) (constraint string, ok bool) {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == ForeignKey {
		return e.Constraint, true
	}
	return "", false
}

// IsUnavailable reports whether the database, not the request, is at fault and
// the same request may work later.
func IsUnavailable(err error) bool {
	switch KindOf(err) {
	case Conflict, Busy, Lost, Unavailable, Storage:
		return true
	}
	return false
}

// IsStatementTimeout reports whether a statement was ended because it ran longer
// than Config.StatementTimeout.
func IsStatementTimeout(err error) bool { return KindOf(err) == Timeout }

// Retryable reports whether the transaction that failed with err was certainly
// rolled back and may succeed when run again from its start.
func Retryable(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.exhausted {
		return false
	}
	switch e.Kind {
	case Conflict, Busy, Lost, Unavailable:
		return true
	}
	return false
}

// Detail returns the full text of err, with what the driver said, for a log.
func Detail(err error) string {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok && e.cause != nil {
		return err.Error() + ": " + e.cause.Error()
	}
	return err.Error()
}

func contextError(err error) *Error {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Kind: Timeout, cause: err}
	case errors.Is(err, context.Canceled):
		return &Error{Kind: Canceled, cause: err}
	}
	return nil
}
