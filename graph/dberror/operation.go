package dberror

import (
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/internal/apierror"
)

// What operations refuse.
var (
	ErrNoCompany   = &apierror.Error{Code: apierror.NotFound, Field: "id", Message: "there is no such company"}
	ErrNoDirectory = &apierror.Error{Code: apierror.NotFound, Field: "directoryId", Message: "there is no such directory"}
	ErrNoUser      = &apierror.Error{Code: apierror.NotFound, Field: "id", Message: "there is no such user"}
	ErrNoGroup     = &apierror.Error{Code: apierror.NotFound, Field: "id", Message: "there is no such group"}
	ErrVersion     = &apierror.Error{Code: apierror.StaleVersion, Field: "version", Message: "somebody changed it first; read it again"}
)

// Taken says that another row has the value of a field.
func Taken(field string) *apierror.Error {
	return &apierror.Error{Code: apierror.Conflict, Field: field, Message: field + " is taken"}
}

// Required replaces "not found" by an error that says what was not.
func Required[T any](missing *apierror.Error, found T, err error) (T, error) {
	if ent.IsNotFound(err) {
		return found, missing
	}
	return found, err
}

// Optional turns "there is no such thing" into nothing.
func Optional[T any](found *T, err error) (*T, error) {
	if err != nil && CodeOf(err) == apierror.NotFound {
		return nil, nil
	}
	return found, err
}

// One fails unless a write met the one row whose version was read.
func One(rows int, err error) error {
	if err == nil && rows != 1 {
		return ErrVersion
	}
	return err
}

// CheckVersion fails unless a version is the wanted one, where one is wanted.
func CheckVersion(want *int, have int64) error {
	if want != nil && int64(*want) != have {
		return ErrVersion
	}
	return nil
}

// InDirectory says what a dangling reference of a new user or group means.
func InDirectory(err error) error {
	if _, ok := sqlconn.IsForeignKeyViolation(err); ok {
		return &apierror.Error{Code: apierror.NotFound, Field: ErrNoDirectory.Field, Message: ErrNoDirectory.Message, Cause: err}
	}
	return err
}
