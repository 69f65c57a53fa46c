// Package sqlconn connects ent to SQLite and PostgreSQL so that what either
// acknowledges is kept, and what either refuses is understood. It knows nothing of
// what is stored.
//
// # Writes
//
// A statement that may write needs a transaction (ErrWriteOutsideTx): database/sql
// repeats a statement whose connection ended, and cannot know that the server had
// run it. DB.Retry repeats whole transactions instead, and only those that were
// certainly rolled back. COMMIT is never cancelled with its request; when its
// answer is not heard the error is ErrUnknownOutcome.
//
// # Statements
//
// Every connection keeps the statements it prepared, so a warm statement costs one
// round trip on PostgreSQL, within transactions too (lib/pq alone needs two), and
// no parsing on SQLite. lib/pq's binary_parameters is not used: it breaks writes
// of jsonb. Named statements need a session of their own, which Open makes sure of:
// through a transaction-pooling proxy clients would silently read each other's
// answers, so there it refuses to start.
//
// # SQLite
//
// Readers never wait (WAL). Writers take turns on one connection and share a
// commit: each transaction is a savepoint in a group, and is acknowledged when
// the group is on the disk (synchronous=FULL). A rolled-back member leaves the
// others alone; when the shared commit fails all of them fail. Several processes
// may use one file; they wait for each other for a bounded time.
//
// # Errors
//
// Errors of the database are *Error, whose text holds no value and no driver text;
// the functions IsUniqueViolation, IsForeignKeyViolation, IsUnavailable,
// IsStatementTimeout and Retryable read them alike for both databases. Detail has
// the full text for a log.
package sqlconn
