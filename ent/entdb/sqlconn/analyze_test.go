package sqlconn

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/entdb/pgtest"
)

// A plan that was made for an empty table is given up once the table has grown.
func TestAnalyzeRenewsPlansOfGrownTables(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := openWith(t, Config{URL: pgtest.URL(t)})
	session, err := db.Maintenance(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	run := func(statement string) {
		t.Helper()
		if _, err := session.ExecContext(ctx, statement); err != nil {
			t.Fatal(err, Detail(err))
		}
	}
	run(`CREATE TABLE grown (directory int, id int, name text, filler character(2000), PRIMARY KEY (directory, id))`)
	run(`CREATE UNIQUE INDEX grown_name ON grown (directory, name)`)
	run(`ALTER TABLE grown SET (autovacuum_enabled = off)`)
	run(`SET plan_cache_mode = force_generic_plan`)
	run(`PREPARE look (int, int) AS SELECT filler FROM grown WHERE directory = $1 AND id = $2`)
	plan := func() string {
		t.Helper()
		var line string
		if err := session.QueryRowContext(ctx, "EXPLAIN EXECUTE look (1, 1)").Scan(&line); err != nil {
			t.Fatal(err)
		}
		return line
	}
	grow := func(from, to string) {
		run(`INSERT INTO grown SELECT 1, n, 'name ' || n, 'x' FROM generate_series(` + from + `, ` + to + `) n`)
	}
	wantAnalyzed(ctx, t, db)
	grow("1", "1000")
	wantAnalyzed(ctx, t, db, "grown")
	if after := plan(); !strings.Contains(after, "grown_pkey") {
		t.Errorf("the plan is still %s", after)
	}
	grow("1001", "2000")
	wantAnalyzed(ctx, t, db) // PostgreSQL's own turn
	grow("2001", "5000")
	wantAnalyzed(ctx, t, db, "grown")
}

func wantAnalyzed(ctx context.Context, t *testing.T, db *DB, want ...string) {
	t.Helper()
	got, err := db.Analyze(ctx)
	if err != nil {
		t.Fatal(err, Detail(err))
	}
	got = slices.DeleteFunc(got, func(table string) bool { return table != "grown" })
	if !slices.Equal(got, want) {
		t.Errorf("analyzed %q, want %q", got, want)
	}
}
