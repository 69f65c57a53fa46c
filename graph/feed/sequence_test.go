package feed

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
)

// However much is pending, a batch of it is read along an index and not sorted.
func TestPendingChangesAreReadAlongAnIndex(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "feddir.db")
		migrated(t, "sqlite:"+path)
		plan := explained(t, "sqlite", "file:"+path, "EXPLAIN QUERY PLAN "+pendingBatch(dialect.SQLite))
		if !strings.Contains(plan, "USING INDEX") || strings.Contains(plan, "ORDER BY") {
			t.Error(plan)
		}
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := pgtest.URL(t)
		migrated(t, url)
		// Of an empty table the planner would rather sort what a scan finds.
		plan := explained(t, "postgres", url, "EXPLAIN "+pendingBatch(dialect.Postgres), "SET enable_seqscan = off", "SET enable_bitmapscan = off", "SET enable_sort = off")
		if !strings.Contains(plan, "change_pending") || strings.Contains(plan, "Sort") {
			t.Error(plan)
		}
	})
}

func migrated(t *testing.T, url string) {
	t.Helper()
	db, err := entdb.OpenCurrent(context.Background(), sqlconn.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
}

// explained returns how a database reads pending changes.
func explained(t *testing.T, driver, url, query string, settings ...string) string {
	t.Helper()
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, s := range settings {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := db.Query(query, uuid.New(), sequenceBatch)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var plan strings.Builder
	for rows.Next() {
		line := make([]any, len(columns))
		for i := range line {
			line[i] = new(string)
		}
		if err := rows.Scan(line...); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&plan, *line[len(line)-1].(*string))
	}
	return plan.String()
}
