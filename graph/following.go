package graph

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/graph/stream"
	"github.com/feddir/feddir/internal/apierror"
)

// following is one subscriber's way through a list.
type following[P cmp.Ordered, T any] struct {
	f  *follower[P, T]
	at P // up to where all was handed over

	meets func(T) bool // whether a row is meant
	// older reads rows that are meant behind a place, and the place up to which
	// there are no others: what the follower keeps no longer.
	older func(ctx context.Context, at P) (rows []T, to P, err error)
	// hand hands a row over; false when nobody takes it any more.
	hand func(ctx context.Context, row T) bool
	last func(T) bool // whether nothing comes after a row; nil for never

	patience time.Duration // by how much a subscriber may be late who was not
	live     bool          // it has been at the end
	fresh    time.Time     // when what was handed over last had come
}

// errLate says that a subscriber took what came too slowly.
var errLate = errors.New("late")

// run hands over what comes, in order, until ctx or the list ends.
func (s *following[P, T]) run(ctx context.Context) error {
	s.fresh = time.Now()
	for {
		rows, to, more, ok, err := s.f.since(s.at)
		switch {
		case !ok:
			if err := s.catchUp(ctx); err != nil {
				return err
			}
			continue
		case len(rows) == 0 && to == s.at:
			if err != nil {
				return err
			}
			s.live = true
			select {
			case <-ctx.Done():
				return nil
			case <-more:
			}
			s.fresh = time.Now()
			continue
		}
		for _, k := range rows {
			s.fresh = k.at
			if !s.meets(k.row) {
				continue
			}
			if end, err := s.give(ctx, k.row, s.f.place(k.row)); end || err != nil {
				return err
			}
		}
		s.at = to
	}
}

// catchUp hands over one page of what the follower keeps no longer.
func (s *following[P, T]) catchUp(ctx context.Context) error {
	rows, to, err := s.older(ctx, s.at)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if end, err := s.give(ctx, row, s.f.place(row)); end || err != nil {
			if end && err == nil {
				err = &endOfList{}
			}
			return err
		}
	}
	s.at = to
	return ctx.Err()
}

func (s *following[P, T]) give(ctx context.Context, row T, place P) (end bool, err error) {
	if s.live && time.Since(s.fresh) > s.patience {
		return true, errLate
	}
	if !s.hand(ctx, row) {
		return true, nil
	}
	s.at = place
	return s.last != nil && s.last(row), nil
}

// follow runs s until it ends, and tells the client how. Cursor is that of a
// place.
func follow[P cmp.Ordered, T any](ctx context.Context, s *following[P, T], cursor func(P) string) {
	err := s.run(ctx)
	var end *endOfList
	switch {
	case err == nil, ctx.Err() != nil:
	case errors.As(err, &end):
		if end.cause != nil {
			stream.End(ctx, end.cause)
		}
	case errors.Is(err, errLate):
		stream.CutOff(ctx, apierror.Errorf(apierror.SlowConsumer, "", "too slow: go on after %s", cursor(s.at)))
	default:
		stream.End(ctx, err)
	}
}

// handOver returns how events are handed to a channel: no more of them than
// the viewer's budget for events pays for.
func handOver[E any](r *Resolver, ctx context.Context, out chan<- E) func(E) bool {
	points, key := limits.CostOf(ctx), "events of "+budgetKey(ctx)
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
