package sqlconn

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/feddir/feddir/ent/entdb/pgtest"
)

// BenchmarkWrite compares one writer with 64 at once: on SQLite the latter share
// their synchronous commits.
func BenchmarkWrite(b *testing.B) {
	for _, writers := range []int{1, 64} {
		for _, database := range []string{"sqlite", "postgres"} {
			b.Run(fmt.Sprintf("%s/writers=%d", database, writers), func(b *testing.B) {
				var db *DB
				if database == "sqlite" {
					db = openFile(b, Config{})
				} else {
					db = openWith(b, Config{URL: pgtest.URL(b)})
				}
				var id atomic.Int64
				b.SetParallelism(writers)
				work := func() {
					n := int(id.Add(1))
					if err := insert(context.Background(), db, n, fmt.Sprint(n)); err != nil {
						b.Error(err)
					}
				}
				b.ResetTimer()
				if writers == 1 {
					for b.Loop() {
						work()
					}
				} else {
					b.RunParallel(func(pb *testing.PB) {
						for pb.Next() {
							work()
						}
					})
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
			})
		}
	}
}

// BenchmarkRead is one warm read by key.
func BenchmarkRead(b *testing.B) {
	for _, database := range []string{"sqlite", "postgres"} {
		b.Run(database, func(b *testing.B) {
			var db *DB
			if database == "sqlite" {
				db = openFile(b, Config{})
			} else {
				db = openWith(b, Config{URL: pgtest.URL(b)})
			}
			if err := insert(context.Background(), db, 1, "a"); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				number(b, db, "SELECT count(*) FROM item WHERE id = $1", 1)
			}
		})
	}
}
