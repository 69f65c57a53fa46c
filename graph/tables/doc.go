// Package tables has the tables that lists are read from, the orders of those
// lists, and the loaders that read what fields lead to.
//
// Rows that were read together prime the loaders, so that the first field that
// leads on from one of them is read for all of them.
//
// In reading order: tables.go has the tables, orders.go the columns that they are
// ordered by, loaders.go how single rows are read by their keys, prime.go where
// the fields of rows lead, fields.go and nodes.go how that is read, and owners.go
// what rows are to the lists below them.
//
// Errors are those of the database, and apierror.Invalid and apierror.Limit
// where an order or a list of ids is none.
package tables
