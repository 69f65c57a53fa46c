// Package snapshot lets a GraphQL query of several statements read one state of
// the database. A query of a single statement does so by itself, and is spared
// the round trips of a transaction.
//
// In reading order: snapshot.go is the extension of gqlgen's server,
// statements.go tells how many statements a field takes; resolved.txt, which a
// test writes, has the fields that find objects.
//
// Errors are those of the statements: a snapshot that cannot be ended is logged.
package snapshot
