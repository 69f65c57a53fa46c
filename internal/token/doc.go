// Package token makes texts that clients carry for us and can neither read nor
// change, such as the cursors of lists.
//
// token.go has the one type, [Sealer]: an AEAD whose additional data is what a
// text is for. A text that does not open is told by a bool, and the caller says
// what it was given instead; there are no other errors.
package token
