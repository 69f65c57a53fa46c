// Package tx is how operations use the database: in transactions that are
// repeated where they have to be, that lock rows in one order, that read a row
// once, and whose effect is had once however often they are sent.
//
// In reading order: runner.go runs transactions, cache.go is what one has read
// and locked, locks.go has the order of locks, find.go reads and locks single
// rows, owner.go says whose new rows are, idempotency.go makes mutations safe to
// send again, ids.go has what is done with many ids.
//
// Its functions fail with the errors of [dberror], or with what
// [dberror.Describe] makes one of.
package tx
