package sqlconn

import (
	"context"
	"fmt"
	"testing"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/ent/entdb/pgtest"
)

// ask runs a query that answers one number in a transaction.
func ask(t testing.TB, on dialect.ExecQuerier, query string, args ...any) int {
	t.Helper()
	var rows entsql.Rows
	if err := on.Query(t.Context(), query, append([]any{}, args...), &rows); err != nil {
		t.Fatal(err, Detail(err))
	}
	defer rows.Close()
	n, err := entsql.ScanInt(rows)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func begin(t testing.TB, db *DB) dialect.Tx {
	t.Helper()
	tx, err := db.Driver().Tx(t.Context())
	if err != nil {
		t.Fatal(err, Detail(err))
	}
	return tx
}

func TestWarmStatementIsOneRoundTrip(t *testing.T) {
	t.Parallel()
	p, through := newProxy(t, pgtest.URL(t))
	db := openWith(t, Config{URL: through, MaxOpen: 2})
	tx := begin(t, db)
	defer tx.Rollback()
	for n := range 4 { // warm both statements on this connection
		if err := tx.Exec(t.Context(), insertItem, []any{n, fmt.Sprint(n)}, nil); err != nil {
			t.Fatal(err)
		}
		ask(t, tx, "SELECT count(*) FROM item WHERE id < $1", n)
	}
	before := p.trips.Load()
	for n := range 5 {
		if err := tx.Exec(t.Context(), insertItem, []any{10 + n, fmt.Sprint(10 + n)}, nil); err != nil {
			t.Fatal(err)
		}
		ask(t, tx, "SELECT count(*) FROM item WHERE id < $1", n)
	}
	if n := p.trips.Load() - before; n != 10 {
		t.Errorf("10 warm statements took %d round trips", n)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}

	const read = "SELECT count(*) FROM item WHERE name = $1"
	for range 2 { // one connection is idle, the pool takes it again and again
		number(t, db, read, "1")
	}
	before = p.trips.Load()
	number(t, db, read, "1")
	if n := p.trips.Load() - before; n != 1 {
		t.Errorf("a warm read outside a transaction took %d round trips", n)
	}
}

func TestJSONIsWritten(t *testing.T) {
	t.Parallel()
	db := openWith(t, Config{URL: pgtest.URL(t)})
	tx := begin(t, db)
	defer tx.Rollback()
	if err := tx.Exec(t.Context(), "CREATE TEMP TABLE doc (v jsonb)", []any{}, nil); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := tx.Exec(t.Context(), "INSERT INTO doc VALUES ($1)", []any{[]byte(`{"a":[1]}`)}, nil); err != nil {
			t.Fatal(err, Detail(err))
		}
	}
	if n := ask(t, tx, "SELECT count(*) FROM doc WHERE v @> $1", `{"a":[1]}`); n != 2 {
		t.Errorf("%d rows, want 2", n)
	}
}

func TestEvictedStatementIsClosedOnTheServer(t *testing.T) {
	t.Parallel()
	db := openWith(t, Config{URL: pgtest.URL(t)})
	tx := begin(t, db)
	defer tx.Rollback()
	for n := range maxCached + 50 {
		ask(t, tx, fmt.Sprintf("SELECT %d + $1::int", n), 1)
	}
	if n := ask(t, tx, "SELECT count(*) FROM pg_prepared_statements"); n != maxCached {
		t.Errorf("the server keeps %d statements, want %d", n, maxCached)
	}
}

func TestLongTextsAreNotKept(t *testing.T) {
	t.Parallel()
	db := openWith(t, Config{URL: pgtest.URL(t)})
	tx := begin(t, db)
	defer tx.Rollback()
	ask(t, tx, fmt.Sprintf("SELECT $1::int /* %*d */", maxCachedText, 0), 1)
	if n := ask(t, tx, "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int%'"); n != 0 {
		t.Errorf("the server keeps %d statements, want 0", n)
	}
}

func TestStatementAtFaultIsDropped(t *testing.T) {
	t.Parallel()
	db := openWith(t, Config{URL: pgtest.URL(t), MaxOpen: 2})
	ctx := t.Context()
	kept := func(tx dialect.Tx) int {
		return ask(t, tx, "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO item%'")
	}
	tx := begin(t, db)
	for range 2 { // the second violates the key
		_ = tx.Exec(ctx, insertItem, []any{1, "a"}, nil)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	tx = begin(t, db)
	if n := kept(tx); n != 1 {
		t.Errorf("after a refused value %d statements are kept, want 1", n)
	}
	if err := tx.Exec(ctx, "DROP TABLE item CASCADE", []any{}, nil); err != nil {
		t.Fatal(err, Detail(err))
	}
	if err := tx.Exec(ctx, insertItem, []any{2, "b"}, nil); KindOf(err) != Internal {
		t.Fatalf("insert without a table: %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	tx = begin(t, db)
	defer tx.Rollback()
	if n := kept(tx); n != 0 {
		t.Errorf("after a missing table %d statements are kept, want 0", n)
	}
}

// A migration while replicas run changes what "SELECT *" answers.
func TestChangedTable(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		const read = "SELECT * FROM item WHERE id = $1"
		columns := func(ctx context.Context, q dialect.ExecQuerier) (int, error) {
			var rows entsql.Rows
			if err := q.Query(ctx, read, []any{1}, &rows); err != nil {
				return 0, err
			}
			defer rows.Close()
			c, err := rows.Columns()
			return len(c), err
		}
		inTransaction := func(ctx context.Context) error {
			return inTx(ctx, db, func(tx dialect.Tx) error {
				_, err := columns(ctx, tx)
				return err
			})
		}
		if n, err := columns(ctx, db.Driver()); n != 2 || err != nil {
			t.Fatal(n, err)
		}
		if err := inTransaction(ctx); err != nil {
			t.Fatal(err)
		}
		m, err := db.Maintenance(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		alter := func(column string) {
			if _, err := m.Exec("ALTER TABLE item ADD COLUMN " + column + " INTEGER"); err != nil {
				t.Fatal(err)
			}
		}
		alter("one")
		if n, err := columns(ctx, db.Driver()); n != 3 || err != nil {
			t.Errorf("outside a transaction: %d columns, %v", n, err)
		}
		alter("two")
		if err := db.Retry(ctx, inTransaction); err != nil {
			t.Errorf("in a transaction: %v", err)
		}
	})
}

func TestOneResultAtATime(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *DB) {
		tx := begin(t, db)
		defer tx.Rollback()
		for n := range 3 {
			if err := tx.Exec(t.Context(), insertItem, []any{n, fmt.Sprint(n)}, nil); err != nil {
				t.Fatal(err)
			}
		}
		var rows entsql.Rows
		if err := tx.Query(t.Context(), "SELECT id FROM item", []any{}, &rows); err != nil {
			t.Fatal(err)
		}
		if err := tx.Exec(t.Context(), "DELETE FROM item", []any{}, nil); err != errRowsOpen {
			t.Errorf("a statement while a result is open: %v", err)
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
		if n := ask(t, tx, "SELECT count(*) FROM item"); n != 3 {
			t.Errorf("%d rows, want 3", n)
		}
	})
}
