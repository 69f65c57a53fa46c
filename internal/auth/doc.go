// Package auth turns the credential of a request into a viewer.
//
// A [Secret] is the text that a key is shown as once; only its digest is stored.
// The [Authenticator] wraps the whole router: a path that is not public needs a
// key of the kind that its surface demands. The answer to a refused request says
// what is wrong with the text of its header. It does not say what is wrong with
// a key: unknown, expired and revoked keys get the same answer.
//
// The files, in reading order:
//
//   - format.go, secret.go: the text of secrets, which print themselves redacted
//   - routes.go: which paths are public, and which keys open the others
//   - authenticator.go: the middleware
//   - credentials.go, hint.go: the Authorization header, and what is wrong with it
//   - lookup.go, access_token.go, cache.go, active.go: the key or access token in the database
//   - temporary.go: credentials of the program itself, which are not stored
//   - cookie.go: the sessions of people who signed in
//   - recheck.go: long requests whose key is checked again, and late authentication of WebSockets
//   - origin.go, cors.go: web pages of other origins
//   - proxies.go, network.go, usage.go: where a request comes from, and when a key was last used
//
// [Parse] fails with [ErrMalformed], [Authenticator.AuthenticateLate] with
// [Denied]; other errors mean that the database does not answer. [CheckPepper],
// [ParseOrigin] and [ParseProxies] fail with texts for the operator.
package auth
