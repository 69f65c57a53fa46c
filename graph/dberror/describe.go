package dberror

import (
	"context"
	"errors"
	"strings"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/rule"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/apierror"
)

// CodeOf returns the code of err. What it does not recognise is internal.
func CodeOf(err error) apierror.Code { return Describe(err).Code }

// Describe turns any error of an operation into one that is safe to show.
func Describe(err error) *apierror.Error {
	if e, ok := errors.AsType[*apierror.Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*ent.ValidationError](err); ok {
		return invalidField(e)
	}
	if d, ok := errors.AsType[*rule.Denied](err); ok {
		return &apierror.Error{Code: apierror.Forbidden, Message: d.Reason, Cause: err}
	}
	switch {
	case ent.IsNotFound(err):
		return &apierror.Error{Code: apierror.NotFound, Message: "no such thing", Cause: err}
	case errors.Is(err, privacy.Deny):
		return &apierror.Error{Code: apierror.Forbidden, Message: "the key does not allow this", Cause: err}
	case errors.Is(err, sqlconn.ErrUnknownOutcome):
		return &apierror.Error{Code: apierror.Unavailable, Message: "it is not known whether the change took effect; look before sending it again", Cause: err}
	case sqlconn.IsUnavailable(err): // also after waiting for the database as long as is allowed
		return &apierror.Error{Code: apierror.Unavailable, Message: "the directory is busy; try again", Cause: err}
	case errors.Is(err, sqlconn.ErrReadLimit):
		return &apierror.Error{Code: apierror.Limit, Message: "the answer would be too large; ask for fewer at a time", Cause: err}
	case sqlconn.IsStatementTimeout(err), errors.Is(err, context.DeadlineExceeded):
		return &apierror.Error{Code: apierror.Timeout, Message: "this took too long; ask for less", Cause: err}
	case errors.Is(err, context.Canceled):
		return &apierror.Error{Code: apierror.Unavailable, Message: "the directory is busy; try again", Cause: err}
	}
	return describeConstraint(err)
}

// uniqueFields names, for each unique key of the database, the field that was taken.
var uniqueFields = map[string]string{
	"users(directory_id,user_name_key)":                      "userName",
	"groups(directory_id,display_name_key)":                  "displayName",
	"companies(short_name_key)":                              "shortName",
	"idempotency_records(company_id,key_id,idempotency_key)": "Idempotency-Key",
}

func describeConstraint(err error) *apierror.Error {
	if key, ok := sqlconn.IsUniqueViolation(err); ok {
		if field, ok := uniqueFields[key]; ok {
			e := Taken(field)
			e.Cause = err
			return e
		}
	}
	if _, ok := sqlconn.IsForeignKeyViolation(err); ok {
		return &apierror.Error{Code: apierror.NotFound, Message: "something it refers to does not exist", Cause: err}
	}
	if sqlconn.KindOf(err) == sqlconn.Input {
		return &apierror.Error{Code: apierror.Invalid, Message: "a value cannot be stored", Cause: err}
	}
	return &apierror.Error{Code: apierror.Internal, Message: "internal error", Cause: err}
}

func invalidField(e *ent.ValidationError) *apierror.Error {
	field, reason := camel(e.Name), "is not valid"
	if v, ok := errors.AsType[*schematype.Violation](e); ok {
		reason = v.Reason
	}
	return &apierror.Error{Code: apierror.Invalid, Field: field, Message: field + " " + reason, Cause: e}
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
