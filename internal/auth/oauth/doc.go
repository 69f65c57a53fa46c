// Package oauth is the authorization server for SCIM. It issues access tokens to
// the OAuth 2.0 clients of a directory (RFC 6749 §4.4, RFC 7523).
//
// Access tokens are opaque: 256 random bits of which a digest is stored. A
// signed JWT would save the look-up and lose what matters more here: a revoked
// client ends within a second everywhere, no signing key has to be kept,
// rotated and shared by all replicas, and a copy of the database opens nothing.
//
// The files, in reading order:
//
//   - server.go: the token endpoint, and the limits of failed attempts
//   - request.go: the form of a request
//   - secret.go, assertion.go: clients with a secret, and clients with a JWT,
//     their own or of another issuer
//   - issue.go, revoke.go: a new access token, and the end of one
//   - response.go, metadata.go: answers, errors, and the metadata documents
//
// Clients are answered with the errors of RFC 6749 §5.2; the reason of a failed
// authentication is only logged. The keys of other issuers come from
// internal/issuers.
package oauth
