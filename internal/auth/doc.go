// Package auth turns what a request carries into a viewer.
//
// A [Secret] is what a key hands out once; only its digest is stored. The
// [Authenticator] wraps the whole router from outside: what is not public
// needs a key of the kind that its surface demands. What is wrong with the text
// of a header is told, for clients that send it in a way of their own; whatever is
// wrong with a key, the answer is the same.
package auth
