// Package apierror is the error that operations end in and that clients are
// shown: a code, a message that is safe to show and, where there is one, the
// input field at fault. GraphQL shows the code in extensions.code; SCIM maps it
// to a status and a scimType.
//
// In reading order: code.go has the codes, error.go the error itself.
package apierror
