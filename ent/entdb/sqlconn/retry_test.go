package sqlconn

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	entsql "entgo.io/ent/dialect/sql"
)

func unopened() *DB { return &DB{cfg: Config{}.withDefaults("")} }

func TestRetryUntilItWorks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db, attempts := unopened(), 0
		err := db.Retry(t.Context(), func(context.Context) error {
			if attempts++; attempts < 5 {
				return &Error{Kind: Conflict}
			}
			return nil
		})
		if err != nil || attempts != 5 || db.stats.conflict.Load() != 4 {
			t.Errorf("%v after %d attempts, %d retries counted", err, attempts, db.stats.conflict.Load())
		}
	})
}

func TestRetryGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db, began := unopened(), time.Now()
		last := &Error{Kind: Lost}
		err := db.Retry(t.Context(), func(context.Context) error { return last })
		if !IsUnavailable(err) || !errors.Is(err, last) || Retryable(err) {
			t.Errorf("%v, want a final unavailable error wrapping the last", err)
		}
		if took := time.Since(began); took > db.cfg.RetryFor || took < db.cfg.RetryFor/2 {
			t.Errorf("gave up after %v, want about %v", took, db.cfg.RetryFor)
		}
	})
}

func TestRetryBoundsALaterAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db, began, attempts := unopened(), time.Now(), 0
		err := db.Retry(t.Context(), func(ctx context.Context) error {
			if attempts++; attempts == 1 {
				return &Error{Kind: Unavailable}
			}
			<-ctx.Done() // a host that swallows everything
			return &Error{Kind: Canceled, cause: ctx.Err()}
		})
		if !IsUnavailable(err) || time.Since(began) != db.cfg.RetryFor {
			t.Errorf("%v after %v, want unavailable after %v", err, time.Since(began), db.cfg.RetryFor)
		}
	})
}

func TestRetryEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		err := unopened().Retry(ctx, func(context.Context) error { return &Error{Kind: Busy} })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want the caller's cancellation", err)
		}
	})
}

func TestOtherErrorsAreNotRetried(t *testing.T) {
	t.Parallel()
	for _, want := range []error{nil, errors.New("x"), &Error{Kind: Unique}, &Error{Kind: UnknownOutcome}, &Error{Kind: Timeout}, &Error{Kind: Storage}} {
		attempts := 0
		err := unopened().Retry(t.Context(), func(context.Context) error { attempts++; return want })
		if err != want || attempts != 1 {
			t.Errorf("%v: got %v after %d attempts", want, err, attempts)
		}
	}
}

// Two transactions that lock two rows crosswise: one is rolled back and repeated.
func TestDeadlockIsRetried(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		for id, name := range []string{"a", "b"} {
			if err := insert(ctx, db, id, name); err != nil {
				t.Fatal(err)
			}
		}
		bothLocked := make(chan struct{}, 2)
		cross := func(first, second int) error {
			attempt := 0
			return db.Retry(ctx, func(ctx context.Context) error {
				attempt++
				return inTxOf(ctx, db, func(exec func(string, ...any) error) error {
					if err := exec("UPDATE item SET name = name || '+' WHERE id = $1", first); err != nil {
						return err
					}
					if attempt == 1 {
						meet(bothLocked)
					}
					return exec("UPDATE item SET name = name || '+' WHERE id = $1", second)
				})
			})
		}
		done := make(chan error, 2)
		go func() { done <- cross(0, 1) }()
		go func() { done <- cross(1, 0) }()
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err, Detail(err))
			}
		}
		if n := number(t, db, "SELECT count(*) FROM item WHERE name LIKE '%++'"); n != 2 {
			t.Errorf("%d rows with both effects, want 2", n)
		}
	})
}

// meet waits a little for the other one; on SQLite it does not come, since it
// waits for its turn.
func meet(met chan struct{}) {
	met <- struct{}{}
	deadline := time.After(200 * time.Millisecond)
	for len(met) < cap(met) {
		select {
		case <-deadline:
			return
		case <-time.After(time.Millisecond):
		}
	}
}

func inTxOf(ctx context.Context, db *DB, f func(exec func(string, ...any) error) error) error {
	tx, err := db.Driver().Tx(ctx)
	if err != nil {
		return err
	}
	if err := f(func(q string, args ...any) error { return tx.Exec(ctx, q, args, nil) }); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func TestReadOnlyTransactionSeesOneState(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		opts := &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}
		tx, err := db.Driver().(*entDriver).BeginTx(ctx, opts)
		if err != nil {
			t.Fatal(err)
		}
		if n := ask(t, tx, "SELECT count(*) FROM item"); n != 0 {
			t.Fatal(n)
		}
		if err := insert(ctx, db, 1, "a"); err != nil {
			t.Fatal(err)
		}
		if n := ask(t, tx, "SELECT count(*) FROM item"); n != 0 {
			t.Errorf("%d rows, want the state at the beginning", n)
		}
		var res entsql.Result
		if err := tx.Exec(ctx, insertItem, []any{2, "b"}, &res); !errors.Is(err, ErrWriteOutsideTx) {
			t.Errorf("a write in a read-only transaction: %v", err)
		}
		if err := tx.Rollback(); err != nil {
			t.Error(err)
		}
	})
}
