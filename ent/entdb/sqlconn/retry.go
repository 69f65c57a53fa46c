package sqlconn

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// The pause before the n-th repetition is a random one of [0, min(20 ms·2ⁿ, 500
// ms)]: with full jitter, transactions that have collided do not collide again.
const (
	firstPause = 20 * time.Millisecond
	maxPause   = 500 * time.Millisecond
)

// Retry runs f, which opens a transaction, works in it and commits it. It runs f
// again while f fails with a Retryable error, for at most Config.RetryFor. After
// that it returns an error that wraps the last one and for which IsUnavailable
// holds.
//
// A commit with an unknown outcome is not repeated: only its writes in the
// database show whether it took effect.
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
