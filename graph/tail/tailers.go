package tail

import (
	"cmp"
	"context"
	"sync"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/internal/jobs"
)

// Tailers are the tailers of lists by the ids of their owners. There is one
// while somebody subscribes. The zero value has none.
type Tailers[P cmp.Ordered, T any] struct {
	mu      sync.Mutex
	running map[uuid.UUID]*running[P, T]
}

type running[P cmp.Ordered, T any] struct {
	*Tailer[P, T]
	subscribers int
	stop        func()
}

// Join returns the tailer of an owner's list, a new one where there is none. It
// must be left in the end.
func (ts *Tailers[P, T]) Join(ctx context.Context, owner uuid.UUID, start func() *Tailer[P, T]) (t *Tailer[P, T], leave func()) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	r := ts.running[owner]
	if r == nil {
		r = &running[P, T]{Tailer: start()}
		r.woken, r.grown = jobs.NewSignal(), make(chan struct{})
		r.begin(ctx)
		if ts.running == nil {
			ts.running = make(map[uuid.UUID]*running[P, T])
		}
		ts.running[owner] = r
	}
	r.subscribers++
	return r.Tailer, sync.OnceFunc(func() {
		ts.mu.Lock()
		if r.subscribers--; r.subscribers > 0 {
			ts.mu.Unlock()
			return
		}
		delete(ts.running, owner)
		ts.mu.Unlock()
		r.stop()
	})
}

// begin lets a tailer run. It works for all who subscribe, not for the one who
// came first.
func (r *running[P, T]) begin(ctx context.Context) {
	ctx, cancel := context.WithCancel(zerolog.Ctx(ctx).WithContext(context.Background()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.run(ctx)
	}()
	r.stop = func() { cancel(); <-done }
}

// Wake makes the tailer of an owner's list look at once, where there is one.
func (ts *Tailers[P, T]) Wake(owner uuid.UUID) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if r := ts.running[owner]; r != nil {
		r.woken.Notify()
	}
}
