package stream

import (
	"context"
	"errors"
	"sync"
)

// Why a stream ends without its client's doing.
var (
	errStopping = errors.New("the server is stopping; go on with the last cursor")
	errKey      = errors.New("the key works no longer")
	errSlow     = errors.New("too slow; go on with the last cursor")
	errGone     = errors.New("the client is gone")
)

type endKey struct{}

// end is the error that a subscription ends with.
type end struct {
	mu   sync.Mutex
	err  error
	slow bool
}

func withEnd(ctx context.Context) (context.Context, *end) {
	e := new(end)
	return context.WithValue(ctx, endKey{}, e), e
}

func (e *end) get() (err error, slow bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err, e.slow
}

// End says what error the subscription of ctx ends with, once its channel is
// closed. Without it the end is no error: there is nothing more to tell.
func End(ctx context.Context, err error) { set(ctx, err, false) }

// CutOff is End for a consumer that was too slow; it is counted.
func CutOff(ctx context.Context, err error) { set(ctx, err, true) }

func set(ctx context.Context, err error, slow bool) {
	if e, ok := ctx.Value(endKey{}).(*end); ok {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.err, e.slow = err, slow
	}
}
