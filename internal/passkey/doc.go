// Package passkey registers passkeys and signs people in with them (Web
// Authentication, level 3). It stores nothing: what has to survive between the two
// requests of a ceremony is [Pending], which the caller seals into a cookie and
// takes once.
//
//   - passkey.go: the relying party, and what it requires
//   - register.go, login.go: the two ceremonies
//
// Every passkey is discoverable and verifies its user, so that it is all that a
// person needs. Where it comes from is not asked for (no attestation).
//
// Errors are [ErrExpired], [ErrUnknown] or [ErrRefused]; FinishLogin also fails with
// what its lookup failed with.
package passkey
