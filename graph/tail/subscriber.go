package tail

import (
	"cmp"
	"context"
	"errors"
	"time"
)

// errSlow says that a subscriber took what came too slowly.
var errSlow = errors.New("the subscriber is too slow")

// Subscriber is one subscriber's way through a list.
type Subscriber[P cmp.Ordered, T any] struct {
	Tailer *Tailer[P, T]
	At     P // up to where all was delivered

	Matches func(T) bool // whether a row is delivered
	Last    func(T) bool // whether nothing comes after a row, delivered or not; nil for never
	// Backfill reads rows behind a position, all that are wanted and the last one
	// among them, and the position up to which there are no others: what the
	// tailer does not buffer any more.
	Backfill func(ctx context.Context, at P) (rows []T, to P, err error)

	deliver func(ctx context.Context, row T) bool // returns false when nobody wants any more
	maxLag  time.Duration                         // by how much it may be late once it was not
	live    bool                                  // it has been at the end
	arrived time.Time                             // when what was delivered last had come
}

// run delivers what comes, in order, until ctx or the list ends.
func (s *Subscriber[P, T]) run(ctx context.Context) error {
	s.arrived = time.Now()
	for {
		now := s.Tailer.since(s.At)
		switch {
		case now.missed:
			if err := s.backfill(ctx); err != nil {
				return err
			}
			continue
		case now.to == s.At:
			if now.ended != nil {
				return now.ended
			}
			s.live = s.live || now.atEnd
			select {
			case <-ctx.Done():
				return nil
			case <-now.more:
			}
			s.arrived = time.Now()
			continue
		}
		for _, b := range now.rows {
			s.arrived = b.at
			if end, err := s.pass(ctx, b.row); end || err != nil {
				return err
			}
		}
		s.At = now.to
	}
}

// backfill delivers one page of what the tailer does not buffer any more.
func (s *Subscriber[P, T]) backfill(ctx context.Context) error {
	rows, to, err := s.Backfill(ctx, s.At)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if end, err := s.pass(ctx, row); end || err != nil {
			if end && err == nil {
				err = &Ended{}
			}
			return err
		}
	}
	s.At = to
	return ctx.Err()
}

// pass delivers a row, where it is wanted, and goes on behind it. It reports
// whether the list ends there for the subscriber.
func (s *Subscriber[P, T]) pass(ctx context.Context, row T) (end bool, err error) {
	if s.Matches(row) {
		if s.live && time.Since(s.arrived) > s.maxLag {
			return true, errSlow
		}
		if !s.deliver(ctx, row) {
			return true, nil
		}
	}
	s.At = s.Tailer.Position(row)
	return s.Last != nil && s.Last(row), nil
}
