// Package auth turns what a request carries into a viewer.
//
// A [Secret] is what a key hands out once; only its digest is stored. The
// [Authenticator] wraps the whole router from outside: what is not public
// needs a key of the kind that its surface demands, and whatever is wrong with
// a credential, the answer is the same.
package auth
