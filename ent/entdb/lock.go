package entdb

import (
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
)

// Row locks of PostgreSQL that ent has no names for.
const (
	NoKeyUpdate sql.LockStrength = "NO KEY UPDATE" // lets others write rows that refer to the locked one
	KeyShare    sql.LockStrength = "KEY SHARE"     // lets others change the locked row, and not delete it
)

// RowLocks reports whether the database locks rows. On SQLite a transaction is
// alone from its start.
func (db *DB) RowLocks() bool { return db.Dialect() == dialect.Postgres }

// Lock is the modifier of a query that locks the rows it reads. On SQLite it has
// no effect.
func Lock(strength sql.LockStrength, options ...sql.LockOption) func(*sql.Selector) {
	return func(s *sql.Selector) {
		if s.Dialect() == dialect.Postgres {
			s.For(strength, options...)
		}
	}
}
