package pgtest

import (
	"database/sql"
	"os"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ask[T any](t *testing.T, url, query string) T {
	t.Helper()
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var v T
	if err := db.QueryRow(query).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEachTestHasItsDatabase(t *testing.T) {
	t.Parallel()
	const tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
	a, b := URL(t), URL(t)
	ask[int](t, a, "CREATE TABLE x (); SELECT 1")
	if ask[int](t, a, tables) != 1 || ask[int](t, b, tables) != 0 {
		t.Error("two databases share a table")
	}
}

func TestTemplateIsPreparedOnce(t *testing.T) {
	t.Parallel()
	var prepared atomic.Int32
	prepare := func(url string) error {
		prepared.Add(1)
		db, err := sql.Open("postgres", url)
		if err != nil {
			return err
		}
		defer db.Close()
		_, err = db.Exec("CREATE TABLE x AS SELECT 7 AS n")
		return err
	}
	for range 3 {
		if n := ask[int](t, TemplateURL(t, "once", prepare), "UPDATE x SET n = n + 1 RETURNING n"); n != 8 {
			t.Errorf("n = %d: a copy is not fresh", n)
		}
	}
	if n := prepared.Load(); n != 1 {
		t.Errorf("prepared %d times", n)
	}
}

func TestClusterIsDurableByDefault(t *testing.T) {
	t.Parallel()
	if fsync := ask[string](t, URL(t), "SHOW fsync"); fsync != "on" {
		t.Errorf("fsync = %s", fsync)
	}
}

func TestStoppedClusterLeavesNothing(t *testing.T) {
	t.Parallel()
	c := Start(t, "fsync=off")
	if fsync := ask[string](t, c.URL(t), "SHOW fsync"); fsync != "off" {
		t.Errorf("fsync = %s, want what was asked for", fsync)
	}
	c.Stop()
	if _, err := os.Stat(c.folder); !os.IsNotExist(err) {
		t.Errorf("the data folder remains: %v", err)
	}
}
