// Package oidc signs people in with the identity provider of their company: it is
// the relying party of OpenID Connect Core 1.0, with the authorization code flow,
// PKCE, state and nonce. It stores nothing: what has to survive between the two
// requests of a sign-in is [Pending], which the caller seals into a cookie.
//
// The files, in reading order:
//
//   - provider.go: what an administrator configures, and what of it is refused
//   - client.go, discovery.go: the metadata of issuers, cached
//   - begin.go, finish.go: the way to the provider and back
//   - token.go: what an ID token must say
//   - rule.go: claims give roles
//   - logout.go: sign-out here ends the session there, and the other way round
//
// People are told apart by issuer and subject. Names and mail addresses are for
// display: at some providers, people choose their mail address themselves.
//
// Errors are [*Error]; [errors.Is] tells their kinds, such as [ErrState] and
// [ErrToken], and their reasons hold no code, token or secret.
package oidc
