package sqlconn

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
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
	s := db.Stats()
	if s.Grouped != uint64(acknowledged) {
		t.Errorf("%d transactions in groups, %d acknowledged", s.Grouped, acknowledged)
	}
	groups := uint64(0)
	for _, n := range s.Groups {
		groups += n
	}
	t.Logf("%d transactions in %d commits %v", s.Grouped, groups, s.Groups)
	if groups*2 > s.Grouped {
		t.Errorf("%d commits for %d transactions: hardly any was shared", groups, s.Grouped)
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

// shared runs two transactions in one group: the second is begun while the first
// holds the turn, so that it must join.
func shared(t *testing.T, db *DB, second func(tx dialect.Tx) error) (first, other error) {
	t.Helper()
	tx := begin(t, db)
	done := make(chan error, 1)
	go func() { done <- inTx(context.Background(), db, second) }()
	for queued := 0; queued == 0; time.Sleep(time.Millisecond) {
		db.writer.mu.Lock()
		queued = len(db.writer.queue)
		db.writer.mu.Unlock()
	}
	if err := tx.Exec(t.Context(), insertItem, []any{1, "first"}, nil); err != nil {
		t.Fatal(err)
	}
	db.writer.group.begun = time.Now() // this test is slower than a request
	return tx.Commit(), <-done
}

func TestRolledBackMemberLeavesTheOthers(t *testing.T) {
	t.Parallel()
	db := openFile(t, Config{})
	undone := errors.New("undone")
	first, other := shared(t, db, func(tx dialect.Tx) error {
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
	first, other := shared(t, db, func(tx dialect.Tx) error {
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
	db := openFile(t, Config{StatementTimeout: 200 * time.Millisecond})
	first, other := shared(t, db, func(tx dialect.Tx) error {
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
	db := openFile(t, Config{StatementTimeout: time.Minute})
	ctx, cancel := context.WithCancel(t.Context())
	first, other := shared(t, db, func(tx dialect.Tx) error {
		time.AfterFunc(5*time.Millisecond, cancel)
		err := tx.Exec(ctx, `INSERT INTO item (id, name)
			WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) SELECT i, i FROM n`, []any{}, nil)
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
	w := &writer{held: true, queue: []chan struct{}{turn}}
	w.pass()
	<-turn
	w.abandon(turn)
	if w.held {
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
	for queued := 0; queued == 0; time.Sleep(time.Millisecond) {
		db.writer.mu.Lock()
		queued = len(db.writer.queue)
		db.writer.mu.Unlock()
	}
	db.writer.group.begun = time.Now() // this test is slower than a request
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
	db := openFile(t, Config{IdleInTxTimeout: 100 * time.Millisecond})
	idle := begin(t, db)
	if err := idle.Exec(t.Context(), insertItem, []any{1, "idle"}, nil); err != nil {
		t.Fatal(err)
	}
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
	db := openFile(t, Config{IdleInTxTimeout: 100 * time.Millisecond})
	first, other := shared(t, db, func(tx dialect.Tx) error {
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

// E-002: feddir setup works while the server runs. The other process is this test
// again, told by the environment which file to write to.
func TestTwoProcessesWriteOneFile(t *testing.T) {
	const variable = "SQLCONN_TEST_FILE"
	if u := os.Getenv(variable); u != "" {
		db, err := Open(t.Context(), Config{URL: u})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for n := range 5 {
			err := db.Retry(t.Context(), func(ctx context.Context) error {
				return insert(ctx, db, -1-n, fmt.Sprint("other ", n))
			})
			if err != nil {
				t.Fatal(err, Detail(err))
			}
		}
		return
	}
	t.Parallel()
	db := openFile(t, Config{})
	other := exec.Command(os.Args[0], "-test.run=^TestTwoProcessesWriteOneFile$")
	other.Env = append(os.Environ(), variable+"="+db.cfg.URL)
	var wg sync.WaitGroup
	var ids atomic.Int64
	stop := make(chan struct{})
	for range 8 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				id := int(ids.Add(1))
				if err := db.Retry(context.Background(), func(ctx context.Context) error {
					return insert(ctx, db, id, fmt.Sprint(id))
				}); err != nil {
					t.Error(err, Detail(err))
					return
				}
			}
		})
	}
	began := time.Now()
	out, err := other.CombinedOutput()
	t.Logf("the other process wrote 5 rows in %v beside %d of ours", time.Since(began), ids.Load())
	close(stop)
	wg.Wait()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if n := number(t, db, "SELECT count(*) FROM item WHERE id < 0"); n != 5 {
		t.Errorf("%d rows of the other process, want 5", n)
	}
}
