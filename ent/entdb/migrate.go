package entdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect"

	"github.com/feddir/feddir/ent/migrations"
	"github.com/feddir/feddir/ent/schematype"
)

// MigrationStatus is one migration and when it was applied.
type MigrationStatus struct {
	Version   string
	Name      string
	AppliedAt time.Time // zero while it is pending
	Newer     bool      // this program does not know it: a newer one applied it
}

// The table of applied migrations. Its first row is there for the others to be
// written under its lock, which makes several replicas that start at once
// take turns.
const (
	createTable = `CREATE TABLE IF NOT EXISTS schema_migrations (version varchar(64) PRIMARY KEY, name varchar(255) NOT NULL, applied_at varchar(32) NOT NULL)`
	createLock  = `INSERT INTO schema_migrations (version, name, applied_at) VALUES ('', '', '') ON CONFLICT DO NOTHING`
	takeLock    = `UPDATE schema_migrations SET name = '' WHERE version = ''`
	record      = `INSERT INTO schema_migrations (version, name, applied_at) VALUES ($1, $2, $3)`
	applied     = `SELECT version, name, applied_at FROM schema_migrations WHERE version <> '' ORDER BY version`
)

// Migrate applies the migrations that the database lacks, each in a
// transaction of its own, and returns those it applied.
func (db *DB) Migrate(ctx context.Context) ([]MigrationStatus, error) {
	all, err := migrations.All(db.Dialect())
	if err != nil {
		return nil, err
	}
	m, err := db.conn.Maintenance(ctx)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	if err := prepare(ctx, m); err != nil {
		return nil, err
	}
	var done []MigrationStatus
	for _, migration := range all {
		at, err := db.apply(ctx, m, migration)
		if err != nil {
			return done, fmt.Errorf("migration %s_%s: %w", migration.Version, migration.Name, err)
		}
		if !at.IsZero() {
			done = append(done, MigrationStatus{Version: migration.Version, Name: migration.Name, AppliedAt: at})
		}
	}
	return done, nil
}

// MigrationStatus lists every migration this program knows, oldest first, and
// then those that a newer one applied.
func (db *DB) MigrationStatus(ctx context.Context) ([]MigrationStatus, error) {
	all, err := migrations.All(db.Dialect())
	if err != nil {
		return nil, err
	}
	m, err := db.conn.Maintenance(ctx)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	if err := prepare(ctx, m); err != nil {
		return nil, err
	}
	there, err := readApplied(ctx, m)
	if err != nil {
		return nil, err
	}
	status := make([]MigrationStatus, len(all))
	for i, migration := range all {
		status[i] = MigrationStatus{Version: migration.Version, Name: migration.Name}
		if at, ok := find(there, migration.Version); ok {
			status[i].AppliedAt = at.AppliedAt
		}
	}
	for _, s := range there {
		if _, known := find(status, s.Version); !known {
			s.Newer = true
			status = append(status, s)
		}
	}
	return status, nil
}

func find(in []MigrationStatus, version string) (s MigrationStatus, ok bool) {
	i := slices.IndexFunc(in, func(s MigrationStatus) bool { return s.Version == version })
	if i < 0 {
		return s, false
	}
	return in[i], true
}

// prepare makes the table of applied migrations. Two that make it at the same
// time can fail on PostgreSQL, although IF NOT EXISTS; the second try finds it.
func prepare(ctx context.Context, m *sql.DB) error {
	if _, err := m.ExecContext(ctx, createTable); err != nil {
		if _, err := m.ExecContext(ctx, createTable); err != nil {
			return err
		}
	}
	_, err := m.ExecContext(ctx, createLock)
	return err
}

// apply applies one migration unless that was done before; then the time is zero.
func (db *DB) apply(ctx context.Context, m *sql.DB, migration migrations.Migration) (time.Time, error) {
	tx, err := m.BeginTx(ctx, nil)
	if err != nil {
		return time.Time{}, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, takeLock); err != nil {
		return time.Time{}, err
	}
	there, err := readApplied(ctx, tx)
	if err != nil {
		return time.Time{}, err
	}
	if _, done := find(there, migration.Version); done {
		return time.Time{}, nil
	}
	if _, err := tx.ExecContext(ctx, migration.SQL); err != nil {
		return time.Time{}, err
	}
	now := schematype.Now()
	if _, err := tx.ExecContext(ctx, record, migration.Version, migration.Name, now.Format(time.RFC3339)); err != nil {
		return time.Time{}, err
	}
	if err := db.checkForeignKeys(ctx, tx); err != nil {
		return time.Time{}, err
	}
	return now, tx.Commit()
}

type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// readApplied returns the migrations that the database has, oldest first.
func readApplied(ctx context.Context, q queryer) ([]MigrationStatus, error) {
	rows, err := q.QueryContext(ctx, applied)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var there []MigrationStatus
	for rows.Next() {
		var s MigrationStatus
		var at string
		if err := rows.Scan(&s.Version, &s.Name, &at); err != nil {
			return nil, err
		}
		if s.AppliedAt, err = time.Parse(time.RFC3339, at); err != nil {
			return nil, fmt.Errorf("schema_migrations: version %s: %w", s.Version, err)
		}
		there = append(there, s)
	}
	return there, rows.Err()
}

// errDangling says that a migration left rows that refer to nothing.
var errDangling = errors.New("it would leave rows that refer to nothing; nothing was changed")

// checkForeignKeys refuses a migration that broke a reference. SQLite's keys
// are off while it runs: a table rebuilt under them would lose its child rows.
func (db *DB) checkForeignKeys(ctx context.Context, tx *sql.Tx) error {
	if db.Dialect() != dialect.SQLite {
		return nil
	}
	rows, err := tx.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	defer rows.Close()
	if rows.Next() {
		return errDangling
	}
	return rows.Err()
}
