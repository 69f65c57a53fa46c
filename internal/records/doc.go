// Package records stores a record of each SCIM request, and what the records of a
// directory add up to: its health and its cycles. Requests do not wait for it: a writer
// stores records in batches. While the database cannot be written it drops the
// newest records, so that its queue stays bounded.
//
// The files, in reading order:
//
//   - record.go: the record that the SCIM adapter fills
//   - entry.go: a record with its sender, with texts of bounded length
//   - writer.go: the queue of entries, and the jobs
//   - write.go, insert.go: a batch in the database
//   - health.go, cycles.go: the counts and cycles of a directory
//   - retention.go: the deletion of old records and cycles
//
// Its functions fail with errors of package sqlconn.
package records
