// Package provider says what of users and groups belongs to the identity provider
// of their directory: what it has written is changed there. Others may change what
// it never wrote, until it does.
//
// In reading order: written.go tells what the provider has written, guard.go
// refuses to change it.
//
// Errors are apierror.ExternallyManaged, and those of the database.
package provider
