package reliability_test

import (
	"database/sql"
	"encoding/json"
	"strings"
	"testing"

	_ "github.com/lib/pq"
	_ "modernc.org/sqlite"

	"github.com/feddir/feddir/ent/entdb/dbtest"
)

// installation is a database with a company, a directory and keys.
type installation struct {
	database string
	owned
}

// owned is what feddir setup says that it made.
type owned struct {
	Company   struct{ ID string }
	Directory struct{ ID string }
	Key       struct{ AccessToken string }
	APIKey    struct{ ID, AccessToken string }
}

func onSQLite(t testing.TB) *installation {
	t.Helper()
	return install(t, dbtest.SQLite(t))
}

func onPostgres(t testing.TB) *installation {
	t.Helper()
	return install(t, dbtest.Postgres(t))
}

// onEachDatabase runs a test on an installation on every database.
func onEachDatabase(t *testing.T, test func(t *testing.T, in *installation)) {
	dbtest.Each(t, func(t *testing.T, url string) { test(t, install(t, url)) })
}

func install(t testing.TB, database string) *installation {
	t.Helper()
	return &installation{database, setup(t, database, "People", "--api-key", "Console")}
}

// setup makes a directory with its key.
func setup(t testing.TB, database, directory string, more ...string) (made owned) {
	t.Helper()
	out, err := command(t, append([]string{
		"setup", "--database", database, "--company", "harbor", "--directory", directory, "--key", directory, "--json",
	}, more...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("setup: %v: %s", err, out)
	}
	if err := json.Unmarshal(out, &made); err != nil {
		t.Fatal(err)
	}
	return made
}

// open opens the database beside the server.
func (in *installation) open(t testing.TB) *sql.DB {
	t.Helper()
	driver, name := "postgres", in.database
	if path, ok := strings.CutPrefix(in.database, "sqlite:"); ok {
		driver, name = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// ask returns the one value that a query finds.
func ask[T any](t testing.TB, db *sql.DB, query string, args ...any) (value T) {
	t.Helper()
	if err := db.QueryRow(query, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}
