package bench_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
)

// million is the size of the group that the figures of a large group are about.
const million = 1_000_000

// TestFiguresOfLargeGroup measures what docs/figures.md tells of a group of a
// million members, as TestFigures does of the rest; "million" is in the name of
// each of its figures.
func TestFiguresOfLargeGroup(t *testing.T) {
	pattern := os.Getenv("FEDDIR_FIGURES")
	wanted, err := regexp.Compile(pattern)
	check(t, err)
	if pattern == "" || !strings.Contains(pattern, "million") {
		t.Log("set FEDDIR_FIGURES=million to measure; it takes some minutes and 4 GB of disk")
		return // not skipped: nothing was asked for
	}
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			in := install(t, database, few, []int{0, smallGroup, 0}, nil)
			start := time.Now()
			in.fill(t, database, in.groups[2], million)
			t.Logf("filled in %v", time.Since(start).Round(time.Second))
			for _, f := range largeGroupFigures(in) {
				if wanted.MatchString(f.name) {
					f.measure(t, database)
				}
			}
			if wanted.MatchString("a million, streamed") {
				in.stream(t, database, in.groups[2], million)
			}
			if wanted.MatchString("a million, deleted") {
				in.deleteLarge(t, database, in.groups[2])
			}
		})
	}
}

// largeGroupFigures are figures of the last group of an installation beside an
// empty one and one of ten.
func largeGroupFigures(in *installation) []figure {
	empty, ten, all := in.groups[0], in.groups[1], in.groups[2]
	writes := func(name string, s scenario) side { return side{name, in.address, oneAtATime, s} }
	reads := func(name string, group uuid.UUID) side {
		return side{name, in.address, readers, func() request { return in.groupAlone(group) }}
	}
	thousand := in.users[:few]
	return []figure{
		{"a million: add or remove a member", "≤ 1.5", "time", writes("of 1,000,000", in.member(all, in.users[few-1], false)), writes("of 10", in.member(ten, in.users[few-1], false))},
		{"a million: add or remove 1,000 members", "≤ 1.5", "time", writes("of 1,000,000", in.manyMembers(all, thousand)), writes("of none", in.manyMembers(empty, thousand))},
		{"a million: read without members", "≤ 1.3", "time", reads("of 1,000,000", all), reads("empty", empty)},
	}
}

func (in *installation) groupAlone(group uuid.UUID) request {
	return in.scim(200, "GET", "/Groups/"+group.String()+"?excludedAttributes=members", "")
}

// manyMembers adds users to a group and takes them out again, in turn.
func (in *installation) manyMembers(group uuid.UUID, who []uuid.UUID) scenario {
	list := values(who)
	add := in.scim(204, "PATCH", "/Groups/"+group.String(), patchOp("Add", "members", list))
	remove := in.scim(204, "PATCH", "/Groups/"+group.String(), patchOp("Remove", "members", list))
	var calls atomic.Int64
	return func() request {
		if calls.Add(1)%2 == 1 {
			return add
		}
		return remove
	}
}

// stream reads a group with all its members and watches the heap of this
// process meanwhile, which is that of the server: the client keeps nothing.
func (in *installation) stream(t testing.TB, database string, group uuid.UUID, members int) {
	t.Helper()
	runtime.GC()
	before := heap()
	var most atomic.Uint64
	done := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
				most.Store(max(most.Load(), heap()))
			}
		}
	}()
	start := time.Now()
	n, size, first := in.readMembers(t, group)
	took := time.Since(start)
	close(done)
	<-watched
	if n < members {
		t.Errorf("%d members, want %d", n, members)
	}
	fmt.Printf("| a million, streamed | %s | %.1f s, first byte after %v, %d MB, heap %.1f MB above %.1f MB | %s |\n", database, took.Seconds(),
		first.Round(time.Millisecond), size>>20, float64(most.Load()-min(before, most.Load()))/(1<<20), float64(before)/(1<<20), load())
}

// heap is what is on the heap, dead or alive, in bytes.
func heap() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// readMembers reads a group whole and counts its members, keeping none.
func (in *installation) readMembers(t testing.TB, group uuid.UUID) (members int, size int64, first time.Duration) {
	t.Helper()
	conn, err := net.Dial("tcp", in.address)
	check(t, err)
	defer conn.Close()
	start := time.Now()
	_, err = conn.Write(in.scim(200, "GET", "/Groups/"+group.String(), "").wire)
	check(t, err)
	resp, err := http.ReadResponse(bufio.NewReaderSize(conn, 64<<10), nil)
	check(t, err)
	first = time.Since(start)
	if resp.StatusCode != 200 {
		t.Fatalf("status %d", resp.StatusCode)
	}
	body := bufio.NewReaderSize(resp.Body, 64<<10)
	for {
		piece, err := body.ReadSlice('}') // the end of a member, of meta or of the group
		size += int64(len(piece))
		if strings.Contains(string(piece), `"type":"User"`) {
			members++
		}
		if err == io.EOF {
			return members, size, first
		}
		check(t, err)
	}
}

// deleteLarge deletes a user, and then the group: again for as long as the server
// says that it is not done.
func (in *installation) deleteLarge(t testing.TB, database string, group uuid.UUID) {
	t.Helper()
	c, err := dial(in.address)
	check(t, err)
	defer c.conn.Close()
	start := time.Now()
	_, err = c.do(in.scim(204, "DELETE", "/Users/"+in.users[0].String(), ""))
	check(t, err)
	one := time.Since(start)
	start = time.Now()
	requests := 1
	for ; ; requests++ {
		_, err = c.do(in.scim(204, "DELETE", "/Groups/"+group.String(), ""))
		if err == nil || !strings.Contains(err.Error(), "status 503") || requests == 20 {
			break
		}
	}
	check(t, err)
	fmt.Printf("| a million, deleted | %s | a user of the directory in %v, the group in %v, with %d requests | %s |\n", database,
		one.Round(100*time.Microsecond), time.Since(start).Round(time.Millisecond), requests, load())
}

// What the figures of a large group measure is right, tried on a smaller one.
func TestLargeGroupFigures(t *testing.T) {
	t.Parallel()
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			const n = 3_500
			in := install(t, database, few, []int{0, smallGroup, 0}, nil)
			all := in.groups[2]
			in.fill(t, database, all, n)
			c, err := dial(in.address)
			check(t, err)
			defer c.conn.Close()
			for _, f := range largeGroupFigures(in) {
				for _, s := range []side{f.one, f.two} {
					for range 2 { // what is added goes again
						r := s.next()
						_, err := c.do(r)
						for attempts := 5; err != nil && attempts > 0; attempts-- { // the machine may be busy
							_, err = c.do(r)
						}
						check(t, err)
					}
				}
			}
			if members, _, _ := in.readMembers(t, all); members != n {
				t.Errorf("%d members, want %d", members, n)
			}
			in.deleteLarge(t, database, all)
		})
	}
}
