// Package records keeps what SCIM requests leave behind: a record of each, and
// per directory what they add up to. A request only hands its record over; a
// writer of its own puts many at a time into the database, and gives up the
// newest rather than let them pile up while that cannot be written.
//
// To read in this order: record.go is what the SCIM adapter tells of a request,
// entry.go adds who sent it and cuts texts to what is kept; writer.go collects
// entries, write.go and insert.go put a batch into the database, health.go adds
// them up, sweep.go deletes old ones.
package records
