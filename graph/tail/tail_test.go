package tail

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/graph/limits"
)

// numbers are a list of the numbers from 1 on that subscribers follow.
type numbers struct {
	tailers Tailers[int, int]

	mu    sync.Mutex
	last  int
	reads int   // of the database, for the tailer
	fail  error // what those end with
}

// inBubble runs a test with a clock that stands still while anything is done.
func inBubble(t *testing.T, test func(t *testing.T, n *numbers)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { test(t, new(numbers)) })
}

// add adds numbers and wakes the tailer.
func (n *numbers) add(count int) {
	n.mu.Lock()
	n.last += count
	n.mu.Unlock()
	n.tailers.Wake(uuid.Nil)
}

func (n *numbers) end(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.fail = err
}

// behind returns at most so many numbers behind a position.
func (n *numbers) behind(at, limit int) (rows []int, to int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for to = at; to < n.last && len(rows) < limit; {
		to++
		rows = append(rows, to)
	}
	return rows, to
}

func (n *numbers) tailer() *Tailer[int, int] {
	return &Tailer[int, int]{
		Every: time.Second, Position: func(row int) int { return row }, Size: func(int) int { return 1 },
		Read: func(_ context.Context, after *int) (rows []int, to int, more bool, err error) {
			n.mu.Lock()
			n.reads++
			last, fail := n.last, n.fail
			n.mu.Unlock()
			if after == nil || fail != nil {
				return nil, last, false, fail
			}
			rows, to = n.behind(*after, PageSize)
			return rows, to, to < last, nil
		},
	}
}

// subscribe follows the numbers behind a position that matches holds for.
func (n *numbers) subscribe(ctx context.Context, at int, matches, last func(int) bool) <-chan string {
	tailer, leave := n.tailers.Join(ctx, uuid.Nil, n.tailer)
	d := Delivery{MaxLag: DefaultMaxLag, Budget: limits.DefaultBudget(), Key: func(context.Context) string { return "key" }}
	return Start(ctx, d, &Subscriber[int, int]{
		Tailer: tailer, At: at, Matches: matches, Last: last,
		Backfill: func(_ context.Context, at int) ([]int, int, error) {
			rows, to := n.behind(at, 10)
			return rows, to, nil
		},
	}, leave, strconv.Itoa, strconv.Itoa)
}

func all(int) bool { return true }

// take takes so many events, or all until the end where there are fewer.
func take(events <-chan string, count int) (taken []string) {
	for len(taken) < count {
		e, ok := <-events
		if !ok {
			break
		}
		taken = append(taken, e)
	}
	return taken
}

func TestSubscribersShareOneTailer(t *testing.T) {
	inBubble(t, func(t *testing.T, n *numbers) {
		ctx, cancel := context.WithCancel(t.Context())
		n.add(3)
		first, second := n.subscribe(ctx, 3, all, nil), n.subscribe(ctx, 3, func(row int) bool { return row%2 == 0 }, nil)
		synctest.Wait()
		before := n.reads
		n.add(3)
		if got := take(first, 3); !slices.Equal(got, []string{"4", "5", "6"}) {
			t.Errorf("the first is told %v", got)
		}
		if got := take(second, 2); !slices.Equal(got, []string{"4", "6"}) {
			t.Errorf("the second is told %v", got)
		}
		if n.reads != before+1 {
			t.Errorf("%d reads for what came", n.reads-before)
		}
		cancel()
		synctest.Wait()
		if _, open := <-first; open || len(n.tailers.running) != 0 {
			t.Errorf("after the subscribers left, %d tailers run", len(n.tailers.running))
		}
	})
}

// What came before the tailer began is read from the database, in pages.
func TestBackfill(t *testing.T) {
	inBubble(t, func(t *testing.T, n *numbers) {
		n.add(25)
		events := n.subscribe(t.Context(), 0, all, func(row int) bool { return row == 30 })
		got := take(events, 25)
		n.add(10)
		got = append(got, take(events, 10)...)
		var want []string
		for i := range 30 { // what comes after the last one is not told
			want = append(want, strconv.Itoa(i+1))
		}
		if !slices.Equal(got, want) {
			t.Errorf("told %v", got)
		}
	})
}

// The last row ends a subscription also where it is not wanted.
func TestLastRowNeedNotMatch(t *testing.T) {
	inBubble(t, func(t *testing.T, n *numbers) {
		for _, at := range []int{0, 5} { // by backfill, and by the tailer
			events := n.subscribe(t.Context(), at, func(row int) bool { return row != 7 }, func(row int) bool { return row == 7 })
			synctest.Wait()
			if at == 0 {
				n.add(5)
				take(events, 5)
			}
			n.add(5)
			if got := take(events, 10); !slices.Equal(got, []string{"6"}) {
				t.Errorf("behind %d: %v", at, got)
			}
		}
	})
}

func TestSlowConsumerIsCutOff(t *testing.T) {
	inBubble(t, func(t *testing.T, n *numbers) {
		events := n.subscribe(t.Context(), 0, all, nil)
		synctest.Wait()
		n.add(3)
		time.Sleep(DefaultMaxLag + time.Second)
		if got := take(events, 3); len(got) != 1 { // one was on its way
			t.Errorf("told %v", got)
		}
	})
}

// One that catches up has all the time it needs.
func TestBackfillIsNotSlow(t *testing.T) {
	inBubble(t, func(t *testing.T, n *numbers) {
		n.add(2)
		events := n.subscribe(t.Context(), 0, all, nil)
		for i := range 2 {
			time.Sleep(2 * DefaultMaxLag)
			if got := take(events, 1); !slices.Equal(got, []string{strconv.Itoa(i + 1)}) {
				t.Errorf("told %v", got)
			}
		}
	})
}

// A failure to read is tried again; the end of the list ends its subscriptions.
func TestWhatReadingFailsWith(t *testing.T) {
	inBubble(t, func(t *testing.T, n *numbers) {
		events := n.subscribe(t.Context(), 0, all, nil)
		synctest.Wait()
		n.end(errors.New("broken"))
		n.add(1)
		time.Sleep(3 * time.Second)
		n.end(nil)
		if got := take(events, 1); !slices.Equal(got, []string{"1"}) {
			t.Errorf("told %v", got)
		}
		n.end(&Ended{})
		if got := take(events, 1); got != nil {
			t.Errorf("after the end: %v", got)
		}
	})
}

// The buffer is bounded; who needs what fell out of it reads the database.
func TestBufferIsBounded(t *testing.T) {
	t.Parallel()
	tl := new(numbers).tailer()
	tl.grown = make(chan struct{})
	tl.grow(nil, 0)
	for i := range bufferRows + 10 {
		tl.grow([]int{i + 1}, i+1)
	}
	if len(tl.buffer) != bufferRows || tl.bytes != bufferRows {
		t.Errorf("it buffers %d rows of %d bytes", len(tl.buffer), tl.bytes)
	}
	if !tl.since(9).missed {
		t.Error("what fell out of the buffer is not missed")
	}
	if now := tl.since(10); now.missed || len(now.rows) != bufferRows || now.to != bufferRows+10 {
		t.Errorf("%d rows up to %d, missed: %v", len(now.rows), now.to, now.missed)
	}
}
