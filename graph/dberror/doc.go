// Package dberror says which errors of the database and of ent are which errors
// of an operation.
//
// In reading order: describe.go turns any error into one that clients may be
// shown, operation.go has the errors that operations have in common.
//
// All its errors are of the type *apierror.Error.
package dberror
