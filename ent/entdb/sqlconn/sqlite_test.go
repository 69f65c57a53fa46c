package sqlconn

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// openFile opens a fresh SQLite database with one table.
func openFile(t testing.TB, cfg Config) *DB {
	t.Helper()
	cfg.URL = "sqlite:" + filepath.Join(t.TempDir(), "sub folder", "a?b%c.db")
	return openWith(t, cfg)
}

// patient makes every time of cfg that is not set one that no machine exceeds.
func patient(cfg Config) Config {
	for _, d := range []*time.Duration{
		&cfg.ConnectTimeout, &cfg.StatementTimeout, &cfg.LockTimeout, &cfg.IdleInTxTimeout, &cfg.CommitTimeout, &cfg.RetryFor,
	} {
		if *d == 0 {
			*d = time.Minute
		}
	}
	return cfg
}

// openWith opens cfg's database, patiently, and makes table item(id, name).
func openWith(t testing.TB, cfg Config) *DB {
	t.Helper()
	ctx := context.Background()
	db, err := Open(ctx, patient(cfg))
	if err != nil {
		t.Fatal(err, Detail(err))
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	m, err := db.Maintenance(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for _, ddl := range []string{
		`CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY, name TEXT NOT NULL, CONSTRAINT item_name UNIQUE (name))`,
		`CREATE TABLE IF NOT EXISTS child (id INTEGER PRIMARY KEY, item INTEGER NOT NULL
			CONSTRAINT child_item REFERENCES item (id) DEFERRABLE INITIALLY IMMEDIATE)`,
	} {
		if _, err := m.ExecContext(ctx, ddl); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

const insertItem = `INSERT INTO item (id, name) VALUES ($1, $2)`

// inTx runs f in a transaction of the driver and commits.
func inTx(ctx context.Context, db *DB, f func(tx dialect.Tx) error) error {
	tx, err := db.Driver().Tx(ctx)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func insert(ctx context.Context, db *DB, id int, name string) error {
	return inTx(ctx, db, func(tx dialect.Tx) error {
		return tx.Exec(ctx, insertItem, []any{id, name}, nil)
	})
}

// number runs a query outside a transaction that answers one number.
func number(t testing.TB, db *DB, query string, args ...any) int {
	t.Helper()
	var rows entsql.Rows
	if err := db.Driver().Query(context.Background(), query, append([]any{}, args...), &rows); err != nil {
		t.Fatal(err, Detail(err))
	}
	defer rows.Close()
	n, err := entsql.ScanInt(rows)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSQLiteWriteAndRead(t *testing.T) {
	t.Parallel()
	db := openFile(t, Config{})
	if err := insert(t.Context(), db, 1, "a"); err != nil {
		t.Fatal(err, Detail(err))
	}
	if n := number(t, db, "SELECT count(*) FROM item WHERE name = $1", "a"); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
	if err := db.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}
