// Package viewer says who asks: the authenticated caller of an operation.
// Every layer needs it, so it imports nothing of ours.
//
//   - viewer.go: viewers and their scopes
//   - system.go: the program itself, which does one kind of background work
//   - request.go: the id of the request that a viewer makes
package viewer
