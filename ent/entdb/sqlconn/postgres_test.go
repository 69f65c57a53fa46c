package sqlconn

import (
	"testing"

	"github.com/feddir/feddir/ent/entdb/pgtest"
)

func TestPostgresWriteAndRead(t *testing.T) {
	t.Parallel()
	db := openWith(t, Config{URL: pgtest.URL(t)})
	if err := insert(t.Context(), db, 1, "a"); err != nil {
		t.Fatal(err, Detail(err))
	}
	if n := number(t, db, "SELECT count(*) FROM item WHERE name = $1", "a"); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
	if err := db.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}
