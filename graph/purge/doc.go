// Package purge deletes what is kept no longer: what deleted directories and
// companies held, and what has expired. No statement deletes more than a batch
// of rows, each batch is a transaction of its own so that others get their turn
// between, and what fails in one part does not stop the others. What is left
// goes with the next run, here or on another replica.
//
// In reading order: purger.go has the type and its jobs, hide.go what a
// deletion does at once, deleted.go what it leaves for later, rows.go that kind
// by kind, expired.go what ends by itself, and batch.go one batch. Errors are those of the
// database; they are joined where several parts failed.
package purge
