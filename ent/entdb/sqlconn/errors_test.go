package sqlconn

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/sqlgraph"
)

const secret = "canary-value"

func TestConstraintViolations(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		if err := insert(ctx, db, 1, secret); err != nil {
			t.Fatal(err)
		}
		exec := func(query string, args ...any) error {
			return inTx(ctx, db, func(tx dialect.Tx) error { return tx.Exec(ctx, query, args, nil) })
		}
		unique := exec(insertItem, 2, secret)
		if key, ok := IsUniqueViolation(unique); !ok || key != "item(name)" {
			t.Errorf("unique: %v, key %q", unique, key)
		}
		primary := exec(insertItem, 1, "other")
		if key, ok := IsUniqueViolation(primary); !ok || key != "item(id)" {
			t.Errorf("primary key: %v, key %q", primary, key)
		}
		foreign := exec("INSERT INTO child (id, item) VALUES ($1, $2)", 1, 99)
		if _, ok := IsForeignKeyViolation(foreign); !ok {
			t.Errorf("foreign key: %v", foreign)
		}
		null := exec(insertItem, 3, nil)
		if KindOf(null) != Check {
			t.Errorf("not null: %v", null)
		}
		missing := exec("INSERT INTO nowhere (id) VALUES ($1)", 1)
		if KindOf(missing) != Internal {
			t.Errorf("missing table: %v", missing)
		}
		for _, err := range []error{unique, primary, foreign} {
			if !sqlgraph.IsConstraintError(err) {
				t.Errorf("ent does not see a constraint in %v", err)
			}
		}
		for _, err := range []error{unique, primary, foreign, null, missing} {
			if strings.Contains(err.Error(), secret) || Retryable(err) || IsUnavailable(err) {
				t.Errorf("%v leaks a value or seems to pass", err)
			}
		}
	})
}

func TestStatementTimeout(t *testing.T) {
	t.Parallel()
	slow := map[string]string{
		dialect.SQLite:   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000 + $1) SELECT count(*) FROM n",
		dialect.Postgres: "SELECT count(*) FROM generate_series(1, 1000000000 + $1::bigint)",
	}
	eachDatabaseWith(t, Config{StatementTimeout: time.Second}, func(t *testing.T, db *DB) {
		var rows entsql.Rows
		err := db.Driver().Query(t.Context(), slow[db.Dialect()], []any{0}, &rows)
		if !IsStatementTimeout(err) || Retryable(err) {
			t.Errorf("outside a transaction: %v (%s)", err, Detail(err))
		}
		err = inTx(t.Context(), db, func(tx dialect.Tx) error {
			return tx.Query(t.Context(), slow[db.Dialect()], []any{0}, &rows)
		})
		if !IsStatementTimeout(err) {
			t.Errorf("in a transaction: %v (%s)", err, Detail(err))
		}
		if err = insert(t.Context(), db, 1, "a"); IsStatementTimeout(err) { // the machine was held up
			err = insert(t.Context(), db, 2, "b")
		}
		if err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

func TestCancelledStatement(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *DB) {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		query := map[string]string{
			dialect.SQLite:   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000 + $1) SELECT count(*) FROM n",
			dialect.Postgres: "SELECT pg_sleep(60 + $1)",
		}[db.Dialect()]
		var rows entsql.Rows
		err := db.Driver().Query(ctx, query, []any{0}, &rows)
		if !errors.Is(err, context.DeadlineExceeded) || IsStatementTimeout(err) {
			t.Errorf("%v (%s), want the caller's deadline", err, Detail(err))
		}
		if n := number(t, db, "SELECT count(*) FROM item"); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestStatementsAreCountedAndGuarded(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	type seen struct{}
	guard := func(ctx context.Context, query string, args []any) error {
		if record, ok := ctx.Value(seen{}).(*[]any); ok {
			*record = append(*record, args...)
		}
		if strings.Contains(query, "forbidden") {
			return refused
		}
		return nil
	}
	eachDatabaseWith(t, Config{Guard: guard}, func(t *testing.T, db *DB) {
		var args []any
		ctx, counter := CountStatements(context.WithValue(t.Context(), seen{}, &args))
		if again, same := CountStatements(ctx); again != ctx || same != counter {
			t.Error("a counted context is counted twice")
		}
		if err := insert(ctx, db, 7, "a"); err != nil {
			t.Fatal(err)
		}
		var rows entsql.Rows
		if err := db.Driver().Query(ctx, "SELECT id FROM item WHERE id = $1", []any{7}, &rows); err != nil {
			t.Fatal(err)
		}
		rows.Close()
		err := inTx(ctx, db, func(tx dialect.Tx) error {
			if err := tx.Exec(ctx, "SAVEPOINT s", []any{}, nil); err != nil {
				return err
			}
			return tx.Exec(ctx, "DELETE FROM item WHERE name = 'forbidden'", []any{}, nil)
		})
		if !errors.Is(err, refused) {
			t.Errorf("guarded: %v", err)
		}
		if n := counter.N(); n != 2 {
			t.Errorf("%d statements counted, want 2", n)
		}
		if len(args) != 3 || args[0] != int64(7) || args[1] != "a" || args[2] != int64(7) {
			t.Errorf("the guard saw %v", args)
		}
	})
}

func TestTransactionsEndThroughTheDriver(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *DB) {
		tx := begin(t, db)
		defer tx.Rollback()
		for _, q := range []string{"COMMIT", " rollback ", "-- x\nEND", "BEGIN"} {
			if err := tx.Exec(t.Context(), q, []any{}, nil); err != errControlsTx {
				t.Errorf("%q: %v", q, err)
			}
		}
		for _, q := range []string{"SAVEPOINT s", "ROLLBACK TO s", "RELEASE s"} {
			if err := tx.Exec(t.Context(), q, []any{}, nil); err != nil {
				t.Errorf("%q: %v", q, err)
			}
		}
	})
}
