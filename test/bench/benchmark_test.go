package bench_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// populations are installations of 10,000 users, made once.
var populations = map[string]func(testing.TB) *installation{"sqlite": populate("sqlite"), "postgres": populate("postgres")}

func populate(database string) func(testing.TB) *installation {
	var once sync.Mutex
	var in *installation
	return func(t testing.TB) *installation {
		once.Lock()
		defer once.Unlock()
		if in == nil {
			in = install(t, database, 10_000, []int{10_000}, nil)
			in.addAPIKeys(t, 100)
		}
		return in
	}
}

// BenchmarkRequest is one request over HTTP, from 8 connections at once. The
// allocations are those of server and client.
func BenchmarkRequest(b *testing.B) {
	for name, scenarioOf := range map[string]func(*installation) scenario{
		"ReadUser":    func(in *installation) scenario { return in.getUser },
		"FindUser":    func(in *installation) scenario { return in.userByName },
		"CreateUser":  func(in *installation) scenario { return in.createUser },
		"PatchUser":   func(in *installation) scenario { return in.patchActive() },
		"Page":        func(in *installation) scenario { return in.firstPage },
		"GraphQLUser": func(in *installation) scenario { return in.graphqlUser },
		"GraphQLPage": func(in *installation) scenario { return in.graphqlFirstPage },
	} {
		for _, database := range databases {
			b.Run(name+"/"+database, func(b *testing.B) { requests(b, populations[database](b), scenarioOf) })
		}
	}
}

func requests(b *testing.B, in *installation, scenarioOf func(*installation) scenario) {
	next := scenarioOf(in)
	var left atomic.Int64
	left.Store(int64(b.N))
	var all sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	before := processTime()
	for range readers {
		c, err := dial(in.address)
		check(b, err)
		defer c.conn.Close()
		all.Go(func() {
			for left.Add(-1) >= 0 {
				if _, err := c.do(next()); err != nil {
					if !strings.Contains(err.Error(), "RATE_LIMITED") {
						b.Error(err)
					}
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64((processTime()-before).Microseconds())/float64(b.N), "cpu-µs/op")
}
