// Package issuers is what is known of other issuers of tokens, and what is fetched
// from them: for JWTs of workloads that clients trust (internal/auth/oauth) and for
// people who sign in (internal/oidc).
//
//   - address.go: which addresses an administrator may name, and those of issuers
//     that everybody knows
//   - fetch.go: requests that reach the public internet only
//   - keys.go, keysets.go: public keys, and the cache of those of each issuer
//
// [CheckURL] fails with a text for the administrator, [ParseKeys] with [ErrKeys].
package issuers
