package dbtest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
)

// Each runs a test in parallel on a new SQLite and a new PostgreSQL database,
// which it names by their URLs.
func Each(t *testing.T, test func(t *testing.T, url string)) {
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"sqlite": SQLite, "postgres": Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, url(t))
		})
	}
}

// SQLite returns the URL of a new SQLite database.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "feddir.db")
}

// Postgres returns the URL of a new PostgreSQL database, which has been migrated.
func Postgres(t testing.TB) string {
	t.Helper()
	return pgtest.TemplateURL(t, "migrated", func(url string) error {
		db, err := entdb.OpenCurrent(context.Background(), sqlconn.Config{URL: url})
		if err != nil {
			return err
		}
		return db.Close()
	})
}

// Patient opens a database with times that no machine exceeds, also when it is
// busy and the race detector slows it down.
func Patient(url string) sqlconn.Config {
	return sqlconn.Config{URL: url, StatementTimeout: time.Hour, LockTimeout: time.Hour, IdleInTxTimeout: time.Hour}
}

// Open opens a database, patiently, and closes it when the test ends.
func Open(t testing.TB, url string) *entdb.DB {
	t.Helper()
	db, err := entdb.OpenCurrent(t.Context(), Patient(url))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
