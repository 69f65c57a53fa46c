package sqlconn

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/entdb/pgtest"
)

// deafStandby opens a database whose commits wait for a synchronous standby that
// does not exist, and a connection that does not wait.
func deafStandby(t *testing.T, cfg Config) (*DB, *sql.DB) {
	t.Helper()
	cluster := pgtest.Start(t)
	cfg.URL = cluster.URL(t)
	db := openWith(t, cfg)
	free, err := sql.Open("postgres", cfg.URL+"&synchronous_commit=local")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { free.Close() })
	for _, q := range []string{makeEntry, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()"} {
		if _, err := free.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	return db, free
}

// waiting waits until a session waits for the standby and returns its process.
func waiting(t *testing.T, free *sql.DB, commit func()) int {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for started := false; time.Now().Before(deadline); {
		if !started {
			// The setting takes effect a little after the reload.
			var names string
			if err := free.QueryRow("SHOW synchronous_standby_names").Scan(&names); err != nil {
				t.Fatal(err)
			}
			if names != "" {
				started = true
				commit()
			}
		}
		var pid int
		err := free.QueryRow("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'").Scan(&pid)
		if err == nil {
			return pid
		}
		if !errors.Is(err, sql.ErrNoRows) {
			t.Fatal(err)
		}
	}
	t.Fatal("no commit waits for the standby")
	return 0
}

// DB-3: a request that is cancelled while its COMMIT waits must not hear that it
// is committed. First what lib/pq alone does.
func TestPlainDriverTakesACancelledCommitForSuccess(t *testing.T) {
	t.Parallel()
	db, free := deafStandby(t, Config{})
	plain, err := sql.Open("postgres", db.cfg.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	tx, err := plain.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(ctx, insertEntry, "x"); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	waiting(t, free, func() { go func() { done <- tx.Commit() }() })
	cancel()
	if err := <-done; err != nil {
		t.Errorf("%v; the rule may have lost its reason", err)
	}
}

func TestCommitIsNotCancelledWithItsRequest(t *testing.T) {
	t.Parallel()
	const limit = 500 * time.Millisecond
	db, free := deafStandby(t, Config{CommitTimeout: limit})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	waiting(t, free, func() { go func() { done <- enter(ctx, db, "x") }() })
	cancel()
	if err := <-done; !errors.Is(err, ErrUnknownOutcome) {
		t.Errorf("%v (%s), want ErrUnknownOutcome", err, Detail(err))
	}
	var n int
	if err := free.QueryRow("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d sessions still wait (%v): the commit was cancelled", n, err)
	}
	if _, err := free.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"); err != nil {
		t.Error(err)
	}
}

func TestWarningAtCommitIsAnUnknownOutcome(t *testing.T) {
	t.Parallel()
	db, free := deafStandby(t, Config{})
	done := make(chan error, 1)
	pid := waiting(t, free, func() { go func() { done <- enter(context.Background(), db, "x") }() })
	if _, err := free.Exec("SELECT pg_cancel_backend($1)", pid); err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, ErrUnknownOutcome) {
		t.Errorf("%v (%s), want ErrUnknownOutcome", err, Detail(err))
	}
}

func TestCancelledBeforeCommitIsRolledBack(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *DB) {
		ctx, cancel := context.WithCancel(t.Context())
		tx, err := db.Driver().Tx(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := tx.Exec(ctx, insertItem, []any{1, "a"}, nil); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := tx.Commit(); !errors.Is(err, context.Canceled) || Retryable(err) {
			t.Errorf("%v, want the caller's cancellation", err)
		}
		if n := number(t, db, "SELECT count(*) FROM item"); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}
