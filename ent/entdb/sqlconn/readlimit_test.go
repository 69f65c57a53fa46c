package sqlconn

import (
	"context"
	"errors"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// A limit holds for all statements of a context together, in and outside of a
// snapshot, and leaves the connection fit for use.
func TestReadsAreLimited(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		for i := range 10 {
			if err := insert(ctx, db, i, strings.Repeat(string(rune('a'+i)), 1000)); err != nil {
				t.Fatal(err)
			}
		}
		limited := LimitReads(ctx, 15_000)
		if _, err := names(limited, db.Driver()); err != nil {
			t.Errorf("10 kB of 15: %v", err)
		}
		if _, err := names(limited, db.Driver()); !errors.Is(err, ErrReadLimit) {
			t.Errorf("20 kB of 15: %v", err)
		}
		counted, sent := CountStatements(limited)
		if _, err := names(counted, db.Driver()); !errors.Is(err, ErrReadLimit) || sent.N() != 0 {
			t.Errorf("beyond the limit: %v, %d statements", err, sent.N())
		}
		s := db.Snapshot(ctx)
		defer s.Close()
		if _, err := names(LimitReads(ctx, 5_000), s); !errors.Is(err, ErrReadLimit) {
			t.Errorf("10 kB of 5 in a snapshot: %v", err)
		}
		for range 3 {
			if n, err := names(ctx, db.Driver()); n != 10 || err != nil {
				t.Errorf("%d rows without a limit: %v", n, err)
			}
		}
	})
}

// names reads all rows and returns how many there are.
func names(ctx context.Context, on dialect.ExecQuerier) (int, error) {
	var rows entsql.Rows
	if err := on.Query(ctx, "SELECT name FROM item", []any{}, &rows); err != nil {
		return 0, err
	}
	defer rows.Close()
	var all []string
	err := entsql.ScanSlice(rows, &all)
	return len(all), err
}
