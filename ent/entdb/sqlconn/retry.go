package sqlconn

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// The pause before the n-th repetition is drawn from [0, min(20 ms·2ⁿ, 500 ms)]:
// full jitter, so that those who collided do not meet again.
const (
	firstPause = 20 * time.Millisecond
	maxPause   = 500 * time.Millisecond
)

// Retry runs f, which opens a transaction, works in it and commits it, and runs
// it again from its start while it fails with a Retryable error, for at most
// Config.RetryFor in all. After that it returns an error that IsUnavailable and
// that wraps the last one.
//
// A commit with an unknown outcome is never repeated here: whether it took
// effect can only be told by looking for what it wrote.
func (db *DB) Retry(ctx context.Context, f func(ctx context.Context) error) error {
	deadline := time.Now().Add(db.cfg.RetryFor)
	attempt := ctx // the first may take as long as the caller lets it
	for pause := firstPause; ; pause = min(2*pause, maxPause) {
		err := f(attempt)
		if err != nil && attempt != ctx && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
			return db.giveUp(err) // our deadline, not the caller's
		}
		if !Retryable(err) {
			return err
		}
		wait := rand.N(pause)
		if time.Until(deadline) <= wait {
			return db.giveUp(err)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return &Error{Kind: Canceled, cause: ctx.Err()}
			}
			return db.giveUp(err)
		}
		db.stats.retried(KindOf(err))
		if attempt == ctx {
			limited, cancel := context.WithDeadline(ctx, deadline)
			defer cancel()
			attempt = limited
		}
	}
}

func (db *DB) giveUp(err error) error {
	db.stats.exhausted.Add(1)
	return &Error{Kind: Unavailable, cause: err, exhausted: true}
}
