package sqlconn

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"entgo.io/ent/dialect"
)

// DB is an open database: pools, limits and counters. Safe for concurrent use.
type DB struct {
	cfg         Config
	dialect     string
	read, write *sql.DB // one pool on PostgreSQL
	writer      *writer // SQLite's
	stats       counters
}

// readyLimit bounds Ready: a health check that waits says "not ready".
const readyLimit = time.Second

// maintenanceLock is how long a migration waits for another one's locks.
const maintenanceLock = time.Minute

// Open opens the database cfg names, creating a SQLite file where there is none.
// It refuses a PostgreSQL that may lose acknowledged commits
// (ErrUnsafeDurability), that cannot hold every text (ErrEncoding) or that is
// reached through a pooler which mixes sessions (ErrSharedSessions). An error
// that IsUnavailable may pass with time.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	d, err := cfg.dialect()
	if err != nil {
		return nil, err
	}
	db := &DB{cfg: cfg.withDefaults(d), dialect: d}
	open := openPostgres
	if d == dialect.SQLite {
		open = openSQLite
	}
	if err := open(ctx, db); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// Dialect returns dialect.SQLite or dialect.Postgres.
func (db *DB) Dialect() string { return db.dialect }

// Maintenance opens a handle for migrations, which the caller closes: one
// connection, writes allowed anywhere, no limit on a statement's time, foreign
// keys off on SQLite (a table rebuilt under them silently loses its child rows).
// Its errors are the driver's own.
func (db *DB) Maintenance(ctx context.Context) (*sql.DB, error) {
	open := maintainPostgres
	if db.dialect == dialect.SQLite {
		open = maintainSQLite
	}
	m, err := open(db)
	if err != nil {
		return nil, err
	}
	m.SetMaxOpenConns(1)
	if err := m.PingContext(ctx); err != nil {
		_ = m.Close()
		return nil, err
	}
	return m, nil
}

// Ready reports whether the database can be written now, within a second.
func (db *DB) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	// SQLite has taken the write lock now, PostgreSQL agreed to READ WRITE.
	return tx.Rollback()
}

// Close closes all connections. Transactions still open fail.
func (db *DB) Close() error {
	var errs []error
	for _, pool := range []*sql.DB{db.write, db.read} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	if db.writer != nil {
		errs = append(errs, db.writer.close())
	}
	return errors.Join(errs...)
}
