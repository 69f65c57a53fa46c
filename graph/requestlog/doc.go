// Package requestlog reads what is recorded of SCIM requests: which records are
// asked for, what a request changed, and how the provisioning of a directory
// goes.
//
// In reading order: query.go narrows lists of records to those that are wanted,
// changes.go finds the changes that a request made, health.go judges a
// directory.
//
// Errors are those of the database.
package requestlog
