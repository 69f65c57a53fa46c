package pgtest

import (
	"database/sql"
	"testing"
)

func TestDataSurvivesOutages(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*Cluster, testing.TB){"kill": (*Cluster).Kill, "halt": (*Cluster).Halt} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := Start(t)
			url := c.URL(t)
			ask[int](t, url, "CREATE TABLE x AS SELECT 7 AS n; SELECT n FROM x")
			end(c, t)
			db, err := sql.Open("postgres", url)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if db.Ping() == nil {
				t.Fatal("the server still answers")
			}
			c.Resume(t)
			if n := ask[int](t, url, "SELECT n FROM x"); n != 7 {
				t.Errorf("n = %d", n)
			}
		})
	}
}
