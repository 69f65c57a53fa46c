package sqlconn

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"entgo.io/ent/dialect"
	_ "github.com/lib/pq"

	"github.com/feddir/feddir/ent/entdb/pgtest"
)

// An entry table without a unique key shows a write that took effect twice.
const (
	makeEntry   = `CREATE TABLE entry (name text NOT NULL)`
	insertEntry = `INSERT INTO entry (name) VALUES ($1)`
	countEntry  = `SELECT count(*) FROM entry WHERE name = $1`
)

// faulty opens a database through a proxy.
func faulty(t *testing.T) (*proxy, *DB) {
	t.Helper()
	p, through := newProxy(t, pgtest.URL(t))
	db := openWith(t, Config{URL: through})
	m, err := db.Maintenance(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if _, err := m.Exec(makeEntry); err != nil {
		t.Fatal(err)
	}
	return p, db
}

func enter(ctx context.Context, db *DB, name string) error {
	return inTx(ctx, db, func(tx dialect.Tx) error {
		return tx.Exec(ctx, insertEntry, []any{name}, nil)
	})
}

// E-001: what goes wrong without this package. An auto-commit write whose
// connection ends after the server ran it is done twice, and reported as done.
func TestPlainDriverWritesTwice(t *testing.T) {
	t.Parallel()
	p, db := faulty(t)
	u := db.cfg.URL
	plain, err := sql.Open("postgres", u)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	p.cut.Store(&cut{tag: "INSERT 0 1"})
	if _, err := plain.Exec(insertEntry, "x"); err != nil {
		t.Fatal(err)
	}
	if n := number(t, db, countEntry, "x"); n != 2 {
		t.Errorf("%d rows; the rule against auto-commit writes may have lost its reason", n)
	}
}

func TestConnectionLostAtStatement(t *testing.T) {
	t.Parallel()
	for _, reset := range []bool{false, true} {
		t.Run(fmt.Sprintf("reset=%v", reset), func(t *testing.T) {
			t.Parallel()
			p, db := faulty(t)
			p.cut.Store(&cut{"INSERT 0 1", reset})
			err := enter(t.Context(), db, "x")
			if !Retryable(err) {
				t.Errorf("%v (%s) is not retryable", err, Detail(err))
			}
			if n := number(t, db, countEntry, "x"); n != 0 {
				t.Fatalf("%d rows after a lost transaction", n)
			}
			p.cut.Store(&cut{"INSERT 0 1", reset})
			if err := db.Retry(t.Context(), func(ctx context.Context) error { return enter(ctx, db, "x") }); err != nil {
				t.Errorf("Retry: %v", err)
			}
			if n := number(t, db, countEntry, "x"); n != 1 {
				t.Errorf("%d rows after Retry, want 1", n)
			}
			if r := db.Stats().Retries[Lost]; r != 1 {
				t.Errorf("%d retries counted, want 1", r)
			}
		})
	}
}

// Who overlooks the failure and commits is told that nothing was written.
func TestCommitOnALostConnection(t *testing.T) {
	t.Parallel()
	p, db := faulty(t)
	tx := begin(t, db)
	p.cut.Store(&cut{tag: "INSERT 0 1"})
	if err := tx.Exec(t.Context(), insertEntry, []any{"x"}, nil); KindOf(err) != Lost {
		t.Fatalf("%v, want a lost connection", err)
	}
	if err := tx.Commit(); !Retryable(err) {
		t.Errorf("%v, want a retryable error: COMMIT was not sent", err)
	}
}

func TestConnectionLostAtCommit(t *testing.T) {
	t.Parallel()
	for _, reset := range []bool{false, true} {
		t.Run(fmt.Sprintf("reset=%v", reset), func(t *testing.T) {
			t.Parallel()
			p, db := faulty(t)
			p.cut.Store(&cut{"COMMIT", reset})
			attempts := 0
			err := db.Retry(t.Context(), func(ctx context.Context) error {
				attempts++
				return enter(ctx, db, "x")
			})
			if !errors.Is(err, ErrUnknownOutcome) || Retryable(err) {
				t.Errorf("%v (%s), want ErrUnknownOutcome", err, Detail(err))
			}
			if attempts != 1 {
				t.Errorf("%d attempts: an unknown outcome was repeated", attempts)
			}
			if n := number(t, db, countEntry, "x"); n != 1 {
				t.Errorf("%d rows, want 1", n)
			}
			if n := db.Stats().UnknownOutcomes; n != 1 {
				t.Errorf("%d unknown outcomes counted, want 1", n)
			}
		})
	}
}

func TestReadSurvivesALostConnection(t *testing.T) {
	t.Parallel()
	for _, reset := range []bool{false, true} {
		t.Run(fmt.Sprintf("reset=%v", reset), func(t *testing.T) {
			t.Parallel()
			p, db := faulty(t)
			p.cut.Store(&cut{"SELECT 1", reset})
			if n := number(t, db, countEntry, "x"); n != 0 {
				t.Errorf("%d rows, want 0", n)
			}
		})
	}
}

func TestWritesOutsideTransactionsAreRefused(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *DB) {
		d := db.Driver().(interface {
			dialect.Driver
			ExecContext(context.Context, string, ...any) (sql.Result, error)
			QueryContext(context.Context, string, ...any) (*sql.Rows, error)
		})
		if _, err := d.ExecContext(t.Context(), insertItem, 1, "a"); !errors.Is(err, ErrWriteOutsideTx) {
			t.Errorf("Exec: %v", err)
		}
		for _, q := range []string{
			`INSERT INTO item (id, name) VALUES (1, 'a') RETURNING id`,
			`WITH n AS (INSERT INTO item (id, name) VALUES (1, 'a') RETURNING id) SELECT id FROM n`,
			`SELECT 1; DELETE FROM item`,
		} {
			rows, err := d.QueryContext(t.Context(), q)
			if err == nil {
				rows.Close()
			}
			if !errors.Is(err, ErrWriteOutsideTx) {
				t.Errorf("Query %s: %v", q, err)
			}
		}
		if n := number(t, db, "SELECT count(*) FROM item"); n != 0 {
			t.Errorf("%d rows were written", n)
		}
	})
}
