// Package mail sends the few mails of an installation: invitations, and notices to
// those who asked for them.
//
//   - sender.go: an SMTP server and how it is reached
//   - message.go: what is sent, and what of it is refused
//   - letter.go, templates/: the texts, in English and German
//
// A mail is tried once; whoever sends it tries again. Errors are [ErrAddress],
// [ErrRefused] or [ErrUnavailable], and hold neither texts nor passwords.
package mail
