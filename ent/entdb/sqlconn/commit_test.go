package sqlconn

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/entdb/pgtest"
)

// deafStandby makes a database whose commits wait for a synchronous standby that
// does not exist, and opens a connection that does not wait.
func deafStandby(t *testing.T) (databaseURL string, free *sql.DB) {
	t.Helper()
	databaseURL = pgtest.Start(t).URL(t)
	free, err := sql.Open("postgres", databaseURL+"&synchronous_commit=local")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { free.Close() })
	for _, q := range []string{makeEntry, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()"} {
		if _, err := free.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	return databaseURL, free
}

// untilWaiting runs write until one is seen to wait for the standby, which is a
// little after the setting was changed. It returns that one's server process and
// its outcome to come.
func untilWaiting(t *testing.T, free *sql.DB, write func() error) (pid int, done <-chan error) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
		outcome := make(chan error, 1)
		go func() { outcome <- write() }()
		for len(outcome) == 0 {
			err := free.QueryRow("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'").Scan(&pid)
			if err == nil {
				return pid, outcome
			}
			if !errors.Is(err, sql.ErrNoRows) {
				t.Fatal(err)
			}
		}
		err := <-outcome
		if errors.Is(err, ErrUnknownOutcome) { // it waited, and the client no longer before it was seen
			_, err = free.Exec("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
		}
		if err != nil {
			t.Fatal(err, Detail(err))
		}
	}
	t.Fatal("no commit waits for the standby")
	return 0, nil
}

// A request that is cancelled while its COMMIT waits for a standby must not hear
// that it is committed: the standby may take over without it.
func TestCommitWaitingForAStandby(t *testing.T) {
	t.Parallel()
	databaseURL, free := deafStandby(t)
	open := func(t *testing.T, cfg Config) *DB {
		cfg.URL = databaseURL
		db, err := Open(t.Context(), patient(cfg))
		if err != nil {
			t.Fatal(err, Detail(err))
		}
		t.Cleanup(func() { db.Close() })
		return db
	}

	t.Run("the plain driver takes a cancelled one for success", func(t *testing.T) {
		plain, err := sql.Open("postgres", databaseURL)
		if err != nil {
			t.Fatal(err)
		}
		defer plain.Close()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		_, done := untilWaiting(t, free, func() error {
			tx, err := plain.BeginTx(ctx, nil)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, insertEntry, "x"); err != nil {
				return err
			}
			return tx.Commit()
		})
		cancel()
		if err := <-done; err != nil {
			t.Errorf("%v; the rule may have lost its reason", err)
		}
	})

	t.Run("it is not cancelled with its request", func(t *testing.T) {
		db := open(t, Config{CommitTimeout: 2 * time.Second}) // in which it is seen to wait, or it is tried again
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		pid, done := untilWaiting(t, free, func() error { return enter(ctx, db, "x") })
		cancel()
		if err := <-done; !errors.Is(err, ErrUnknownOutcome) {
			t.Errorf("%v (%s), want ErrUnknownOutcome", err, Detail(err))
		}
		var still int
		if err := free.QueryRow("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'").Scan(&still); err != nil || still != 1 {
			t.Errorf("%d sessions still wait (%v): the commit was cancelled", still, err)
		}
		if _, err := free.Exec("SELECT pg_terminate_backend($1, 60000)", pid); err != nil {
			t.Error(err)
		}
	})

	t.Run("the server gave up waiting", func(t *testing.T) {
		db := open(t, Config{})
		pid, done := untilWaiting(t, free, func() error { return enter(t.Context(), db, "x") })
		if _, err := free.Exec("SELECT pg_cancel_backend($1)", pid); err != nil {
			t.Fatal(err)
		}
		if err := <-done; !errors.Is(err, ErrUnknownOutcome) {
			t.Errorf("%v (%s), want ErrUnknownOutcome", err, Detail(err))
		}
	})
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
		for { // until it is rolled back
			// The second of these fails, and on PostgreSQL all after it.
			if err := tx.Exec(context.Background(), insertItem, []any{2, "b"}, nil); errors.Is(err, context.Canceled) {
				break
			}
			if t.Context().Err() != nil {
				t.Fatal("it is not rolled back")
			}
		}
		if err := tx.Commit(); !errors.Is(err, context.Canceled) || Retryable(err) {
			t.Errorf("%v, want the caller's cancellation", err)
		}
		if n := number(t, db, "SELECT count(*) FROM item"); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}
