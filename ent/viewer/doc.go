// Package viewer has the authenticated caller of an operation, which contexts
// carry. Every layer uses it, so it imports no other package of this module.
//
//   - viewer.go: viewers and their scopes
//   - role.go: the roles of accounts
//   - system.go: the system as viewer, for one purpose
//   - request.go: the id of a viewer's request
package viewer
