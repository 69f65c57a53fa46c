// Package records keeps what SCIM requests leave behind: a record of each, and
// per directory what they add up to. A request only hands its record over; a
// writer of its own puts many at a time into the database, and gives up the
// newest rather than let them pile up while that cannot be written.
package records
