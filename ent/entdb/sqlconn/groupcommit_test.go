package sqlconn

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect"
)

// Many writers, some of which roll back or are cancelled at any moment: exactly
// what was acknowledged must be there, and nothing that was rolled back.
func TestGroupCommitUnderLoad(t *testing.T) {
	t.Parallel()
	const writers, each = 64, 25
	db := openFile(t, Config{})
	var mu sync.Mutex
	fate := map[int]error{} // by id; nil means acknowledged
	undone := errors.New("undone")
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(1, uint64(w)))
			for i := range each {
				id := w*each + i
				ctx, cancel := context.WithCancel(context.Background())
				plan := rng.IntN(4)
				if plan == 0 {
					time.AfterFunc(time.Duration(rng.IntN(2_000))*time.Microsecond, cancel)
				}
				err := inTx(ctx, db, func(tx dialect.Tx) error {
					if err := tx.Exec(ctx, insertItem, []any{id, fmt.Sprint(id)}, nil); err != nil {
						return err
					}
					if plan == 1 {
						return undone
					}
					return nil
				})
				cancel()
				mu.Lock()
				fate[id] = err
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	acknowledged := 0
	for id, err := range fate {
		found := number(t, db, "SELECT count(*) FROM item WHERE id = $1", id)
		switch {
		case err == nil:
			acknowledged++
			if found != 1 {
				t.Errorf("%d was acknowledged and is missing", id)
			}
		case errors.Is(err, undone) || errors.Is(err, context.Canceled):
			if found != 0 {
				t.Errorf("%d was not acknowledged (%v) and is there", id, err)
			}
		default:
			t.Errorf("%d: %v (%s)", id, err, Detail(err))
		}
	}
	if n := db.Stats().Grouped; n != uint64(acknowledged) {
		t.Errorf("%d transactions in groups, %d acknowledged", n, acknowledged)
	}
}

// Who waits while another writes shares one commit with it.
func TestWaitingTransactionsShareACommit(t *testing.T) {
	t.Parallel()
	const waiting = 40
	db := openFile(t, Config{})
	before := db.stats.commits.Load()
	tx := begin(t, db)
	var others sync.WaitGroup
	for id := range waiting {
		others.Go(func() {
			if err := insert(context.Background(), db, id, fmt.Sprint(id)); err != nil {
				t.Error(err)
			}
		})
	}
	untilQueued(db, waiting)
	takeTime(db)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	others.Wait()
	if grouped, commits := db.Stats().Grouped, db.stats.commits.Load()-before; grouped != waiting+1 || commits != 1 {
		t.Errorf("%d transactions in %d commits", grouped, commits)
	}
}

func TestReaderDoesNotWaitForTheWriter(t *testing.T) {
	t.Parallel()
	db := openFile(t, Config{})
	tx := begin(t, db)
	defer tx.Rollback()
	if err := tx.Exec(t.Context(), insertItem, []any{1, "a"}, nil); err != nil {
		t.Fatal(err)
	}
	if n := number(t, db, "SELECT count(*) FROM item"); n != 0 {
		t.Errorf("a reader sees %d uncommitted rows", n)
	}
}

// untilQueued waits until n transactions wait for their turn.
func untilQueued(db *DB, n int) {
	for queued := -1; queued < n; time.Sleep(time.Millisecond) {
		db.writer.mu.Lock()
		queued = len(db.writer.queue)
		db.writer.mu.Unlock()
	}
}

// takeTime lets the group of who holds the turn last, on a machine that is
// slower than requests may be.
func takeTime(db *DB) { db.writer.group.begun = time.Now().Add(time.Hour) }

// shared runs two transactions in one group: the second is begun while the first
// holds the turn, so that it must join. The second may hold the writer for so long.
func shared(t *testing.T, db *DB, hold time.Duration, second func(tx dialect.Tx) error) (first, other error) {
	t.Helper()
	tx := begin(t, db)
	limit(db, hold)
	done := make(chan error, 1)
	go func() { done <- inTx(context.Background(), db, second) }()
	untilQueued(db, 1)
	if err := tx.Exec(t.Context(), insertItem, []any{1, "first"}, nil); err != nil {
		t.Fatal(err)
	}
	takeTime(db)
	return tx.Commit(), <-done
}

// limit sets how long transactions that begin from now on may hold the writer.
func limit(db *DB, hold time.Duration) { db.writer.file.cfg.IdleInTxTimeout = hold }

func TestRolledBackMemberLeavesTheOthers(t *testing.T) {
	t.Parallel()
	db := openFile(t, Config{})
	undone := errors.New("undone")
	first, other := shared(t, db, time.Minute, func(tx dialect.Tx) error {
		if err := tx.Exec(t.Context(), insertItem, []any{2, "second"}, nil); err != nil {
			return err
		}
		return undone
	})
	if first != nil || !errors.Is(other, undone) {
		t.Errorf("first %v, other %v", first, other)
	}
	if n := number(t, db, "SELECT sum(id * id) FROM item"); n != 1 {
		t.Errorf("not exactly the first is there: %d", n)
	}
}

func TestDeferredForeignKeyFailsItsMemberAlone(t *testing.T) {
	t.Parallel()
	db := openFile(t, Config{})
	first, other := shared(t, db, time.Minute, func(tx dialect.Tx) error {
		for _, q := range []string{"PRAGMA defer_foreign_keys = on", "INSERT INTO child (id, item) VALUES (1, 99)"} {
			if err := tx.Exec(t.Context(), q, []any{}, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if first != nil {
		t.Errorf("first: %v", first)
	}
	if _, ok := IsForeignKeyViolation(other); !ok {
		t.Errorf("other: %v, want a foreign key violation", other)
	}
	if n := number(t, db, "SELECT count(*) FROM item"); n != 1 {
		t.Errorf("%d rows, want the first's", n)
	}
}

// SQLite rolls everything back when a write is interrupted: then nobody in the
// group may be told that it succeeded, and everybody may try again.
func TestLostGroupFailsAllMembers(t *testing.T) {
	t.Parallel()
	db := openFile(t, Config{})
	first, other := shared(t, db, time.Minute, func(tx dialect.Tx) error {
		db.writer.conn.scope = func(ctx context.Context) (context.Context, func()) {
			return context.WithTimeout(ctx, 200*time.Millisecond)
		}
		return tx.Exec(t.Context(), `INSERT INTO item (id, name)
			WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT i, i FROM n`, []any{}, nil)
	})
	if !Retryable(first) {
		t.Errorf("first: %v, want a retryable error", first)
	}
	if !IsStatementTimeout(other) {
		t.Errorf("other: %v, want a time-out", other)
	}
	if n := number(t, db, "SELECT count(*) FROM item"); n != 0 {
		t.Errorf("%d rows of a lost group", n)
	}
	if err := insert(t.Context(), db, 1, "a"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// A caller that gives up in the middle of a write takes nobody along.
func TestCancelledWriteLeavesTheOthers(t *testing.T) {
	t.Parallel()
	db := openFile(t, Config{})
	ctx, cancel := context.WithCancel(t.Context())
	first, other := shared(t, db, time.Minute, func(tx dialect.Tx) error {
		time.AfterFunc(5*time.Millisecond, cancel)
		err := tx.Exec(ctx, `INSERT INTO item (id, name)
			WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) SELECT i, i FROM n`, []any{}, nil)
		<-ctx.Done() // the timer may be late
		return errors.Join(err, ctx.Err())
	})
	if first != nil {
		t.Errorf("first: %v (%s)", first, Detail(first))
	}
	if !errors.Is(other, context.Canceled) {
		t.Errorf("other: %v, want its cancellation", other)
	}
	if n := number(t, db, "SELECT count(*) FROM item"); n != 1 {
		t.Errorf("%d rows, want the first's", n)
	}
}

// The turn may come at the moment its waiter gives up; it must not be lost then.
func TestAbandonedTurnIsPassedOn(t *testing.T) {
	t.Parallel()
	turn := make(chan struct{})
	w := &writer{busy: true, queue: []chan struct{}{turn}}
	w.release()
	<-turn
	w.abandon(turn)
	if w.busy {
		t.Error("the turn was lost")
	}
}

func TestCloseWaitsForOpenTransactions(t *testing.T) {
	t.Parallel()
	db := openFile(t, Config{})
	tx := begin(t, db)
	if err := tx.Exec(t.Context(), insertItem, []any{1, "a"}, nil); err != nil {
		t.Fatal(err)
	}
	closed := make(chan error, 1)
	go func() { closed <- db.Close() }()
	untilQueued(db, 1)
	takeTime(db)
	if err := tx.Commit(); err != nil {
		t.Errorf("the open transaction: %v", err)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if err := insert(t.Context(), db, 2, "b"); err == nil {
		t.Error("a closed database was written to")
	}
	// The cleanup closes it again.
	again := openWith(t, db.cfg)
	if n := number(t, again, "SELECT count(*) FROM item"); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	db := openFile(t, Config{})
	c, err := (&sqliteReaders{db.writer.file, &db.stats}).Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.(*sqliteReader).raw.ExecContext(t.Context(), "DELETE FROM item", nil); err == nil {
		t.Error("a reader's connection wrote")
	}
}

func TestStatementsAfterALostGroupAreRefused(t *testing.T) {
	t.Parallel()
	db := openFile(t, Config{})
	tx := begin(t, db)
	if err := tx.Exec(t.Context(), insertItem, []any{1, "a"}, nil); err != nil {
		t.Fatal(err)
	}
	if err := tx.Exec(t.Context(), "INSERT OR ROLLBACK INTO item (id, name) VALUES (1, 'b')", []any{}, nil); err == nil {
		t.Fatal("the key was not violated")
	}
	if err := tx.Exec(t.Context(), insertItem, []any{2, "b"}, nil); err == nil {
		t.Error("a statement ran outside its transaction")
	}
	if err := tx.Commit(); err == nil {
		t.Error("a lost transaction was acknowledged")
	}
	if n := number(t, db, "SELECT count(*) FROM item"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func TestWriterIsNotHeldForever(t *testing.T) {
	t.Parallel()
	db := openFile(t, Config{})
	limit(db, 100*time.Millisecond)
	idle := begin(t, db)
	if err := idle.Exec(t.Context(), insertItem, []any{1, "idle"}, nil); err != nil && KindOf(err) != Timeout {
		t.Fatal(err)
	}
	limit(db, time.Minute)
	if err := insert(t.Context(), db, 2, "b"); err != nil {
		t.Fatal(err)
	}
	if err := idle.Commit(); KindOf(err) != Timeout {
		t.Errorf("the idle transaction: %v, want a time-out", err)
	}
	if n := number(t, db, "SELECT sum(id * id) FROM item"); n != 4 {
		t.Errorf("not exactly the second is there: %d", n)
	}
}

func TestExpiredMemberLeavesTheOthers(t *testing.T) {
	t.Parallel()
	db := openFile(t, Config{})
	first, other := shared(t, db, 100*time.Millisecond, func(tx dialect.Tx) error {
		if err := tx.Exec(t.Context(), insertItem, []any{2, "idle"}, nil); err != nil {
			return err
		}
		for {
			if err := tx.Exec(t.Context(), "SELECT 1", []any{}, nil); err != nil {
				return err
			}
		}
	})
	if first != nil || KindOf(other) != Timeout {
		t.Errorf("first %v, other %v", first, other)
	}
	if n := number(t, db, "SELECT sum(id * id) FROM item"); n != 1 {
		t.Errorf("not exactly the first is there: %d", n)
	}
}

func TestCancelledWhileWaitingForTheWriter(t *testing.T) {
	t.Parallel()
	db := openFile(t, Config{})
	tx := begin(t, db)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := insert(ctx, db, 2, "b"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want the caller's deadline", err)
	}
	if err := tx.Exec(t.Context(), insertItem, []any{1, "a"}, nil); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Error(err)
	}
	if err := insert(t.Context(), db, 3, "c"); err != nil {
		t.Error(err)
	}
}
