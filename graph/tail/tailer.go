package tail

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/internal/jobs"
)

// PageSize is how many rows a tailer reads at a time.
const PageSize = 500

// What a tailer buffers of what came last, for subscribers that take it at
// once. A slower one reads the database.
const (
	bufferRows  = 1000
	bufferBytes = 1 << 20
	bufferFor   = 10 * time.Second
	// debounce is how long a tailer that is woken waits for more to come.
	debounce = 25 * time.Millisecond
)

// Tailer reads what is new in a list, once for all its subscribers in this
// process. P is what the list is ordered by.
type Tailer[P cmp.Ordered, T any] struct {
	// Read returns rows behind a position and the position up to which there
	// are no others; where there is none, the end of the list. It is called
	// again at once while there is more.
	Read     func(ctx context.Context, after *P) (rows []T, to P, more bool, err error)
	Position func(T) P
	Size     func(T) int   // in bytes, roughly
	Every    time.Duration // between two looks at the database

	woken jobs.Signal

	mu       sync.Mutex
	started  bool
	from, to P // between them no row is missing
	buffer   []buffered[T]
	bytes    int
	grown    chan struct{} // closed when there is more
	ended    error
}

type buffered[T any] struct {
	row T
	at  time.Time // when it came
}

// Ended says that a list is no more. The cause is what its subscribers are
// told; nil for nothing.
type Ended struct{ Cause error }

func (*Ended) Error() string { return "the list is no more" }

// run reads until ctx ends.
func (t *Tailer[P, T]) run(ctx context.Context) {
	tick := time.NewTicker(t.Every)
	defer tick.Stop()
	for failing := false; ; {
		err := t.poll(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil && !failing {
			zerolog.Ctx(ctx).Warn().Str("error", sqlconn.Detail(err)).Msg("cannot read what subscriptions wait for; it is tried again")
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-t.woken:
			select {
			case <-ctx.Done():
			case <-time.After(debounce):
			}
		}
	}
}

func (t *Tailer[P, T]) poll(ctx context.Context) error {
	for {
		var after *P
		if t.started {
			after = &t.to // which nobody else changes
		}
		rows, to, more, err := t.Read(ctx, after)
		if end, ok := err.(*Ended); ok {
			t.end(end)
			return nil
		}
		if err != nil {
			return err
		}
		t.grow(rows, to)
		if !more {
			return nil
		}
	}
}

func (t *Tailer[P, T]) end(end *Ended) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended == nil {
		t.ended = end
		t.wakeSubscribers()
	}
}

func (t *Tailer[P, T]) wakeSubscribers() {
	close(t.grown)
	t.grown = make(chan struct{})
}

// grow buffers what was read and drops what is old.
func (t *Tailer[P, T]) grow(rows []T, to P) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	began := !t.started
	if began {
		t.started, t.from, t.to = true, to, to
	}
	for _, row := range rows {
		t.buffer = append(t.buffer, buffered[T]{row, now})
		t.bytes += t.Size(row)
	}
	for len(t.buffer) > 0 && (len(t.buffer) > bufferRows || t.bytes > bufferBytes || now.Sub(t.buffer[0].at) > bufferFor) {
		t.from = t.Position(t.buffer[0].row)
		t.bytes -= t.Size(t.buffer[0].row)
		t.buffer[0] = buffered[T]{} // whoever reads has a copy
		t.buffer = t.buffer[1:]
	}
	if len(t.buffer) == 0 {
		t.from, t.buffer = to, nil
	}
	if to > t.to || began {
		t.to = to
		t.wakeSubscribers()
	}
}

// tailing is what a tailer has behind a position.
type tailing[P cmp.Ordered, T any] struct {
	rows   []buffered[T]
	to     P               // up to where
	atEnd  bool            // there is nothing behind the position yet
	missed bool            // there was more than is still buffered
	more   <-chan struct{} // closed when there is more
	ended  error           // the list is no more
}

// since returns what is behind a position. Before its first look at the list a
// tailer has nothing, and does not know where the end is.
func (t *Tailer[P, T]) since(at P) tailing[P, T] {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := tailing[P, T]{to: at, more: t.grown, ended: t.ended}
	switch {
	case !t.started:
	case at >= t.to:
		now.atEnd = true
	case at < t.from:
		now.missed = true
	default:
		first := sort.Search(len(t.buffer), func(i int) bool { return t.Position(t.buffer[i].row) > at })
		now.rows, now.to = slices.Clone(t.buffer[first:]), t.to
	}
	return now
}
