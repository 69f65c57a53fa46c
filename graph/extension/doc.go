// Package extension has the schema extensions of directories: where they are
// stored, the values that a resource has of them, and how GraphQL shows the
// schemas.
//
// In reading order: store.go reads and writes what a directory describes,
// values.go converts values to the types of their schemas, models.go the schemas
// to GraphQL's types and back.
//
// What is no good fails with apierror.Invalid, about the field extensions. A
// directory that the viewer does not have is dberror.ErrNoDirectory.
package extension
