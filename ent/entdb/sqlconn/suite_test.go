package sqlconn

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/feddir/feddir/ent/entdb/pgtest"
)

// eachDatabase runs f on a fresh database of each kind.
func eachDatabase(t *testing.T, f func(t *testing.T, db *DB)) {
	eachDatabaseWith(t, Config{}, f)
}

func eachDatabaseWith(t *testing.T, cfg Config, f func(t *testing.T, db *DB)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, openFile(t, cfg))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		cfg := cfg // the other one runs at the same time
		cfg.URL = pgtest.URL(t)
		f(t, openWith(t, cfg))
	})
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
