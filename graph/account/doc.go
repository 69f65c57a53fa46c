// Package account makes, changes, finds and lists the accounts of people who
// sign in, and what belongs to them: invitations, sessions, passkeys and identity
// providers.
//
// In reading order: config.go has what its types share, accounts.go accounts,
// sessions.go sessions, record.go what changes tell of them.
//
// Its functions fail with the errors of [dberror], or with what
// [dberror.Describe] makes one of.
package account
