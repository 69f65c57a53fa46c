// Package schematype holds the Go types of what the model stores: ids, times,
// folded strings and the structured attributes of SCIM.
//
//   - id.go: ids, which name the type of their resource
//   - time.go: the clock
//   - validator.go: what the values of columns must be; violation.go: the error of one that is not
//   - fold.go: text folded for matching that ignores case; legible.go: text of clients for records
//   - attributes.go: the tables of what clients write of users and groups
//   - provisioning.go: what is recorded of provisioning
package schematype
