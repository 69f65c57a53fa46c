package graph

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/graph/stream"
	"github.com/feddir/feddir/internal/apierror"
)

// runSubscriber runs s until it ends, and tells the client how. Cursor is that of a
// position.
func runSubscriber[P cmp.Ordered, T any](ctx context.Context, s *feed.Subscriber[P, T], cursor func(P) string) {
	err := s.Run(ctx)
	var end *feed.Ended
	switch {
	case err == nil, ctx.Err() != nil:
	case errors.As(err, &end):
		if end.Cause != nil {
			stream.End(ctx, end.Cause)
		}
	case errors.Is(err, feed.ErrSlow):
		stream.EndSlow(ctx, apierror.Errorf(apierror.SlowConsumer, "", "too slow: go on after %s", cursor(s.At)))
	default:
		stream.End(ctx, err)
	}
}

// deliverTo returns how events are delivered to a channel: no more of them than
// the viewer's budget for events pays for.
func deliverTo[E any](r *Resolver, ctx context.Context, out chan<- E) func(E) bool {
	points, key := limits.ContextCost(ctx), "events of "+budgetKey(ctx)
	return func(event E) bool {
		for r.cfg.Budget != nil {
			wait := r.cfg.Budget.Take(key, points)
			if wait == 0 {
				break
			}
			select {
			case <-ctx.Done():
				return false
			case <-time.After(min(wait, time.Second)):
			}
		}
		select {
		case <-ctx.Done():
			return false
		case out <- event:
			return true
		}
	}
}

// subscriber returns the viewer of ctx, who must belong to a company and hold
// the scopes.
func subscriber(ctx context.Context, scopes ...viewer.Scope) (viewer.Viewer, error) {
	v, _ := viewer.FromContext(ctx)
	if v.Kind != viewer.APIKey {
		return v, apierror.Errorf(apierror.Forbidden, "", "only the keys of a company subscribe")
	}
	for _, s := range scopes {
		if !v.May(s) {
			return v, apierror.Errorf(apierror.Forbidden, "", "this needs the scope %s", s)
		}
	}
	return v, nil
}
