package sqlconn

import "testing"

func TestReadOnly(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]bool{
		`SELECT 1`:                             true,
		` select 1; `:                          true,
		`(SELECT 1)`:                           true,
		`VALUES (1)`:                           true,
		`SHOW fsync`:                           true,
		`WITH x AS (SELECT 1) SELECT * FROM x`: true,
		"/* c */ -- d\nSELECT 'delete', \"update\", `insert` FROM t": true,
		`SELECT 'it''s; DELETE' FROM "into"`:                         true,
		`SELECT updated, deleted_at FROM t`:                          true,
		``:                                                           false,
		`-- SELECT`:                                                  false,
		`INSERT INTO t VALUES (1)`:                                   false,
		`EXPLAIN ANALYZE DELETE FROM t`:                              false,
		`SELECT 1; DELETE FROM t`:                                    false,
		`SELECT * INTO u FROM t`:                                     false,
		`SELECT * FROM t FOR UPDATE`:                                 false,
		`WITH x AS (DELETE FROM t RETURNING 1) SELECT * FROM x`: false,
		`WITH x AS (SELECT 1) Insert INTO t SELECT * FROM x`:    false,
		`PRAGMA journal_mode = DELETE`:                          false,
		`SELECT 'unterminated`:                                  true, // refused by the database
	} {
		if got := readOnly(query); got != want {
			t.Errorf("readOnly(%q) = %v", query, got)
		}
	}
}

func FuzzReadOnly(f *testing.F) {
	f.Add("SELECT '--' /* ; */ FROM \"x\"")
	f.Fuzz(func(t *testing.T, query string) {
		readOnly(query)
		controlOf(query)
	})
}
