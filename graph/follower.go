package graph

import (
	"cmp"
	"context"
	"sort"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
)

// What a follower keeps of what came last, for those who take it at once. Who
// is slower reads the database.
const (
	keptRows  = 1000
	keptBytes = 1 << 20
	keptFor   = 10 * time.Second
	// gather is how long a follower that is woken waits for more to come.
	gather = 25 * time.Millisecond
)

// follower reads what is new in a list, once for all who follow it in this
// process. P is the places of the list, in its order.
type follower[P cmp.Ordered, T any] struct {
	// read returns rows behind a place and the place up to which there are no
	// others; where there is no place, the end of the list. It is called again
	// at once while there is more.
	read  func(ctx context.Context, after *P) (rows []T, to P, more bool, err error)
	place func(T) P
	size  func(T) int // in bytes, roughly

	every time.Duration // between two looks at the database
	woken chan struct{}

	mu       sync.Mutex
	started  bool
	from, to P // between them no row is missing
	kept     []kept[T]
	bytes    int
	grown    chan struct{} // closed when there is more
	ended    error
}

type kept[T any] struct {
	row T
	at  time.Time // when it came
}

// run reads until ctx ends.
func (f *follower[P, T]) run(ctx context.Context) {
	tick := time.NewTicker(f.every)
	defer tick.Stop()
	for failing := false; ; {
		err := f.poll(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil && !failing {
			zerolog.Ctx(ctx).Warn().Str("error", sqlconn.Detail(err)).Msg("what is new cannot be read now; it is tried again")
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-f.woken:
			select {
			case <-ctx.Done():
			case <-time.After(gather):
			}
		}
	}
}

func (f *follower[P, T]) poll(ctx context.Context) error {
	for {
		var after *P
		if f.started {
			after = &f.to // which nobody else changes
		}
		rows, to, more, err := f.read(ctx, after)
		if end, ok := err.(*endOfList); ok {
			f.end(end.cause)
			return nil
		}
		if err != nil {
			return err
		}
		f.grow(rows, to)
		if !more {
			return nil
		}
	}
}

// endOfList says that a list is no more. The cause is what its followers are
// told; nil for nothing.
type endOfList struct{ cause error }

func (*endOfList) Error() string { return "the list is no more" }

func (f *follower[P, T]) end(cause error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended == nil {
		f.ended = &endOfList{cause}
		close(f.grown)
		f.grown = make(chan struct{})
	}
}

// grow adds what was read and lets go of what is old.
func (f *follower[P, T]) grow(rows []T, to P) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	began := !f.started
	if began {
		f.started, f.from, f.to = true, to, to
	}
	for _, row := range rows {
		f.kept = append(f.kept, kept[T]{row, now})
		f.bytes += f.size(row)
	}
	for len(f.kept) > 0 && (len(f.kept) > keptRows || f.bytes > keptBytes || now.Sub(f.kept[0].at) > keptFor) {
		f.from = f.place(f.kept[0].row)
		f.bytes -= f.size(f.kept[0].row)
		f.kept[0] = kept[T]{} // whoever reads has a copy
		f.kept = f.kept[1:]
	}
	if len(f.kept) == 0 {
		f.from, f.kept = to, nil
	}
	if to > f.to || began {
		f.to = to
		close(f.grown)
		f.grown = make(chan struct{})
	}
}

// since returns what is kept behind a place, up to which place, and what is
// closed when there is more. It is ok when nothing is missing in between. The
// error says that the list is no more.
func (f *follower[P, T]) since(at P) (rows []kept[T], to P, more <-chan struct{}, ok bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.started || at >= f.to {
		return nil, at, f.grown, true, f.ended
	}
	if at < f.from {
		return nil, at, f.grown, false, f.ended
	}
	first := sort.Search(len(f.kept), func(i int) bool { return f.place(f.kept[i].row) > at })
	return append(rows, f.kept[first:]...), f.to, f.grown, true, f.ended
}

// followers are the followers of lists by the ids of their owners. There is
// one while somebody follows.
type followers[P cmp.Ordered, T any] struct {
	mu      sync.Mutex
	running map[uuid.UUID]*running[P, T]
}

type running[P cmp.Ordered, T any] struct {
	*follower[P, T]
	count int
	stop  func()
}

// join returns the follower of an owner's list, a new one where there is none.
// It must be left in the end.
func (fs *followers[P, T]) join(ctx context.Context, owner uuid.UUID, start func() *follower[P, T]) (f *follower[P, T], leave func()) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	r := fs.running[owner]
	if r == nil {
		r = &running[P, T]{follower: start()}
		r.woken, r.grown = make(chan struct{}, 1), make(chan struct{})
		// It works for all who follow, not for the one who came first.
		ctx, cancel := context.WithCancel(zerolog.Ctx(ctx).WithContext(context.Background()))
		done := make(chan struct{})
		go func() {
			defer close(done)
			r.run(ctx)
		}()
		r.stop = func() { cancel(); <-done }
		if fs.running == nil {
			fs.running = make(map[uuid.UUID]*running[P, T])
		}
		fs.running[owner] = r
	}
	r.count++
	return r.follower, sync.OnceFunc(func() {
		fs.mu.Lock()
		if r.count--; r.count > 0 {
			fs.mu.Unlock()
			return
		}
		delete(fs.running, owner)
		fs.mu.Unlock()
		r.stop()
	})
}

// wake makes the follower of an owner's list look at once, where there is one.
func (fs *followers[P, T]) wake(owner uuid.UUID) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if r := fs.running[owner]; r != nil {
		select {
		case r.woken <- struct{}{}:
		default:
		}
	}
}
