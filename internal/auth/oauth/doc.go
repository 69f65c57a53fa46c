// Package oauth is the authorization server for SCIM: the OAuth 2.0 clients of
// a directory get access tokens from it (RFC 6749 §4.4, RFC 7523).
//
// Access tokens are opaque: 256 random bits of which a digest is stored. A
// signed JWT would save the look-up and lose what matters more here: a revoked
// client ends within a second everywhere, no signing key has to be kept,
// rotated and shared by all replicas, and a copy of the database opens nothing.
package oauth
