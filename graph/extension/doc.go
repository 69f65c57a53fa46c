// Package extension holds what the schema extensions of directories are, beside
// where they are stored: the values that a resource has of them, and how GraphQL
// shows the schemas.
//
// In reading order: values.go converts values to the types of their schemas,
// models.go the schemas to GraphQL's types and back.
//
// Convert fails with apierror.Invalid, about the field extensions.
package extension
