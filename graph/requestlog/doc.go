// Package requestlog reads what is recorded of SCIM requests: the records of a
// directory, as a list and as they come, what a request changed, and how the
// provisioning of a directory goes.
//
// In reading order: connection.go has the list, query.go narrows it to the records
// that are wanted, subscribe.go tells new ones to subscribers, changes.go finds
// the changes that a request made, health.go tells the state of a directory,
// counts.go counts its records, failure.go tells why a request failed, cycles.go
// lists its cycles.
//
// Errors are those of the database, apierror.Invalid for cursors and pages that
// are none, and apierror.Forbidden without the scope RECORDS.
package requestlog
