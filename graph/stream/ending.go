package stream

import (
	"context"
	"errors"
	"sync"
)

// These end a stream although the client did not ask for it.
var (
	errStopping     = errors.New("the server is stopping; subscribe again after the last cursor")
	errKeyInvalid   = errors.New("the key is no longer valid")
	errSlow         = errors.New("the client reads too slowly; subscribe again after the last cursor")
	errDisconnected = errors.New("the client has disconnected")
)

type endingKey struct{}

// ending is the error that a subscription ends with.
type ending struct {
	mu   sync.Mutex
	err  error
	slow bool
}

func withEnding(ctx context.Context) (context.Context, *ending) {
	e := new(ending)
	return context.WithValue(ctx, endingKey{}, e), e
}

func (e *ending) get() (err error, slow bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err, e.slow
}

// End sets the error that the subscription of ctx ends with once its channel is
// closed. Without it the subscription completes without an error.
func End(ctx context.Context, err error) { setEnding(ctx, err, false) }

// EndSlow is End for a slow consumer, which it counts.
func EndSlow(ctx context.Context, err error) { setEnding(ctx, err, true) }

func setEnding(ctx context.Context, err error, slow bool) {
	if e, ok := ctx.Value(endingKey{}).(*ending); ok {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.err, e.slow = err, slow
	}
}
