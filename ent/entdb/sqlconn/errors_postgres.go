package sqlconn

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/lib/pq"
)

// classifyPostgres classifies lib/pq's errors: those of the server by SQLSTATE,
// and those of ended connections.
func classifyPostgres(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if e := pq.As(err); e != nil {
		return classifyState(e)
	}
	// Before the context's errors: a dial that timed out claims to be one.
	_, network := errors.AsType[*net.OpError](err)
	if network || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{Kind: Lost, cause: err}
	}
	if e := contextError(err); e != nil {
		return e
	}
	return &Error{Kind: Internal, cause: err}
}

// errStartupRefused means that PgBouncer refuses settings it does not know.
var errStartupRefused = errors.New("sqlconn: a pooler refuses the session's time-outs; connect directly, or set it to session pooling and list statement_timeout, lock_timeout and idle_in_transaction_session_timeout in its ignore_startup_parameters")

// connectError classifies the failure to open a connection. Only the server's
// refusal of the user, the database or a setting is final; a host that is down,
// starting up or a standby is not.
func connectError(ctx context.Context, err error) error {
	e := classifyPostgres(err)
	if ctx.Err() != nil {
		return &Error{Kind: Canceled, cause: ctx.Err()}
	}
	switch {
	case e.Code == "08P01":
		return fmt.Errorf("%w: %w", errStartupRefused, &Error{Kind: Internal, Code: e.Code, cause: err})
	case e.Kind == Lost, e.Kind == Timeout, e.Kind == Internal && e.Code == "":
		return &Error{Kind: Unavailable, cause: err}
	}
	return e
}

func classifyState(e *pq.Error) *Error {
	out := &Error{Kind: Internal, Code: string(e.Code), Constraint: e.Constraint, cause: e}
	switch code := string(e.Code); {
	case code == "23505":
		out.Kind, out.Table, out.Columns = Unique, e.Table, columnsOf(e.Detail)
	case code == "23503":
		out.Kind = ForeignKey
	case code[:2] == "23":
		out.Kind = Check
	case code[:2] == "22":
		out.Kind = Input
	case code == "40001" || code == "40P01" || isStalePlan(e):
		out.Kind = Conflict
	case code == "55P03":
		out.Kind = Busy
	case code == "57014", code == "25P03": // the latter idle in transaction for too long; the session is gone
		out.Kind = Timeout
	case code == "53100" || code[:2] == "58":
		out.Kind = Storage
	case code[:2] == "53", code[:3] == "57P", code == "25006", code[:2] == "08":
		// Too many connections, starting up or shutting down, a demoted primary.
		out.Kind = Unavailable
	}
	return out
}

// columnsOf reads the columns of "Key (a, b)=(1, 2) already exists." in any
// language.
func columnsOf(detail string) []string {
	_, rest, ok := strings.Cut(detail, "(")
	list, _, closed := strings.Cut(rest, ")=(")
	if !ok || !closed {
		return nil
	}
	return strings.Split(list, ", ")
}

// isStalePlan recognises "cached plan must not change result type" by the
// server's routine: its text is translated, its code shared with other errors.
func isStalePlan(err error) bool {
	e := pq.As(err, "0A000")
	return e != nil && e.Routine == "RevalidateCachedQuery"
}

// statementAtFault reports whether a prepared statement must be dropped. An
// error in the values, a conflict or a time-out says nothing about it.
func statementAtFault(err error) bool {
	switch classifyPostgres(err).Kind {
	case Internal:
		return true
	case Conflict:
		return isStalePlan(err)
	}
	return false
}
