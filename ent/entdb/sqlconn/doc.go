// Package sqlconn connects ent to SQLite and PostgreSQL. Acknowledged commits are
// durable on both, and the errors of both are classified alike. The package knows
// nothing of the model.
//
// The files, in reading order:
//
//   - config.go, db.go, stats.go: settings, the open database, its counters
//   - driver.go, snapshot.go, retry.go: what ent uses: driver, snapshots, repeated transactions
//   - conn.go, statement.go, stmt.go, stmtcache.go: one connection and its statements
//   - rows.go, buffered_rows.go, readlimit.go, counter.go: results, limits, counts
//   - postgres.go, pgconn.go, dialer.go: connections of PostgreSQL
//   - durability.go, encoding.go, probe.go, analyze.go: what a PostgreSQL must be, and its statistics
//   - sqlite.go, groupcommit.go, participant.go: connections of SQLite, and shared commits
//   - errors.go, errors_postgres.go, errors_sqlite.go: classified errors
//
// # Writes
//
// A statement that may write needs a transaction (ErrWriteOutsideTx): database/sql
// repeats a statement whose connection ended, and cannot know that the server had
// run it. DB.Retry repeats whole transactions instead, and only those that were
// certainly rolled back. COMMIT is never cancelled with its request; when its
// answer does not arrive the error is ErrUnknownOutcome.
//
// # Statements
//
// Every connection caches its prepared statements, so a cached statement costs one
// round trip on PostgreSQL, within transactions too (lib/pq alone needs two), and
// no parsing on SQLite. lib/pq's binary_parameters is not used: it breaks writes
// of jsonb. Prepared statements need a session of their own. Through a proxy that
// pools transactions, clients would silently read each other's answers, so Open
// refuses such a proxy.
//
// # SQLite
//
// Readers never wait (WAL). Writers take turns on one connection and share a
// commit: each transaction is a participant of a group, with a savepoint, and is
// acknowledged when the group is on disk (synchronous=FULL). If a participant is
// rolled back the others are not affected; if the shared commit fails all of them
// fail. Several processes may use one file; they wait for each other for a
// bounded time.
//
// # Errors
//
// Errors of the database are *Error, whose text holds no value and no driver text;
// the functions IsUniqueViolation, IsForeignKeyViolation, IsUnavailable,
// IsStatementTimeout and Retryable read them alike for both databases. Detail has
// the full text for a log.
package sqlconn
