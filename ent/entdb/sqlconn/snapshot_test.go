package sqlconn

import (
	"errors"
	"strconv"
	"sync"
	"testing"

	entsql "entgo.io/ent/dialect/sql"
)

func TestSnapshotSeesOneState(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		s := db.Snapshot(ctx)
		if err := insert(ctx, db, 1, "before the first statement"); err != nil {
			t.Fatal(err)
		}
		if n := ask(t, s, "SELECT count(*) FROM item"); n != 1 {
			t.Fatalf("%d rows", n)
		}
		if err := insert(ctx, db, 2, "after it"); err != nil {
			t.Fatal(err)
		}
		if n := ask(t, s, "SELECT count(*) FROM item"); n != 1 {
			t.Errorf("%d rows, want the state of the first statement", n)
		}
		var res entsql.Result
		if err := s.Exec(ctx, insertItem, []any{3, "a write"}, &res); !errors.Is(err, ErrWriteOutsideTx) {
			t.Errorf("Exec: %v", err)
		}
		var rows entsql.Rows
		if err := s.Query(ctx, insertItem+" RETURNING id", []any{3, "a write"}, &rows); !errors.Is(err, ErrWriteOutsideTx) {
			t.Errorf("Query: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Query(ctx, "SELECT count(*) FROM item", []any{}, &rows); err == nil {
			t.Error("a closed snapshot reads")
		}
	})
}

// What was read stays readable while others read on the same connection.
func TestSnapshotIsShared(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		for i := range 20 {
			if err := insert(ctx, db, i, strconv.Itoa(i)); err != nil {
				t.Fatal(err)
			}
		}
		s := db.Snapshot(ctx)
		defer s.Close()
		var first entsql.Rows
		if err := s.Query(ctx, "SELECT id, name FROM item ORDER BY id", []any{}, &first); err != nil {
			t.Fatal(err)
		}
		var readers sync.WaitGroup
		for range 8 {
			readers.Go(func() {
				for range 10 {
					if n := ask(t, s, "SELECT count(*) FROM item"); n != 20 {
						t.Errorf("%d rows", n)
					}
				}
			})
		}
		for i := range 20 {
			var id int
			var name string
			if !first.Next() || first.Scan(&id, &name) != nil || id != i || name != strconv.Itoa(i) {
				t.Fatalf("row %d: %d %q", i, id, name)
			}
		}
		if err := first.Close(); err != nil {
			t.Error(err)
		}
		readers.Wait()
	})
}

// A snapshot that nothing is read from takes no connection.
func TestUnusedSnapshotCostsNothing(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *DB) {
		s := db.Snapshot(t.Context())
		if n := db.read.Stats().InUse; n != 0 {
			t.Errorf("%d connections in use", n)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}
