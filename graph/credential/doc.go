// Package credential makes, changes, finds and lists what opens the APIs: keys,
// and OAuth clients with their secrets, which are keys too. A secret is in no
// row and no record of an answer: it is handed out once, by [Issued].
//
// In reading order: config.go has what the two types share, keys.go keys,
// key_changes.go how they end and are replaced, key_input.go what they may be,
// issued.go new secrets, key_list.go and expiring.go lists of them; clients.go
// OAuth clients, client_secrets.go their secrets, client_input.go what they may
// be; record.go what changes tell of either.
//
// Its functions fail with the errors of [dberror], or with what
// [dberror.Describe] makes one of.
package credential
