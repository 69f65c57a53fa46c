package feed

import (
	"cmp"
	"context"
	"errors"
	"time"
)

// ErrSlow says that a subscriber took what came too slowly.
var ErrSlow = errors.New("the subscriber is too slow")

// Subscriber is one subscriber's way through a list.
type Subscriber[P cmp.Ordered, T any] struct {
	Tailer *Tailer[P, T]
	At     P // up to where all was delivered

	Matches func(T) bool // whether a row is wanted
	// Backfill reads wanted rows behind a position, and the position up to
	// which there are no others: what the tailer does not buffer any more.
	Backfill func(ctx context.Context, at P) (rows []T, to P, err error)
	// Deliver takes a row; it returns false when nobody wants any more.
	Deliver func(ctx context.Context, row T) bool
	Last    func(T) bool // whether nothing comes after a row; nil for never

	MaxLag time.Duration // by how much it may be late once it was not

	live    bool      // it has been at the end
	arrived time.Time // when what was delivered last had come
}

// Run delivers what comes, in order, until ctx or the list ends.
func (s *Subscriber[P, T]) Run(ctx context.Context) error {
	s.arrived = time.Now()
	for {
		rows, to, more, ok, err := s.Tailer.since(s.At)
		switch {
		case !ok:
			if err := s.backfill(ctx); err != nil {
				return err
			}
			continue
		case len(rows) == 0 && to == s.At:
			if err != nil {
				return err
			}
			s.live = true
			select {
			case <-ctx.Done():
				return nil
			case <-more:
			}
			s.arrived = time.Now()
			continue
		}
		if end, err := s.deliverAll(ctx, rows); end || err != nil {
			return err
		}
		s.At = to
	}
}

func (s *Subscriber[P, T]) deliverAll(ctx context.Context, rows []buffered[T]) (end bool, err error) {
	for _, b := range rows {
		s.arrived = b.at
		if !s.Matches(b.row) {
			continue
		}
		if end, err := s.deliver(ctx, b.row); end || err != nil {
			return true, err
		}
	}
	return false, nil
}

// backfill delivers one page of what the tailer does not buffer any more.
func (s *Subscriber[P, T]) backfill(ctx context.Context) error {
	rows, to, err := s.Backfill(ctx, s.At)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if end, err := s.deliver(ctx, row); end || err != nil {
			if end && err == nil {
				err = &Ended{}
			}
			return err
		}
	}
	s.At = to
	return ctx.Err()
}

func (s *Subscriber[P, T]) deliver(ctx context.Context, row T) (end bool, err error) {
	if s.live && time.Since(s.arrived) > s.MaxLag {
		return true, ErrSlow
	}
	if !s.Deliver(ctx, row) {
		return true, nil
	}
	s.At = s.Tailer.Position(row)
	return s.Last != nil && s.Last(row), nil
}
