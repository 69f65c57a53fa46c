package ratelimit_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/ratelimit"
)

var oneAtATime = ratelimit.ShareConfig{Concurrent: 1, Queue: 100, MaxWait: 5 * time.Second}

// line lets works of keys wait, in the order given, behind one that is at work,
// and returns the order in which they have their turns.
func line(t *testing.T, s *ratelimit.Share, works ...[2]uuid.UUID) (order []int) {
	held, _ := s.Wait(t.Context(), uuid.New(), uuid.New())
	for i, w := range works {
		go func() {
			release, err := s.Wait(t.Context(), w[0], w[1])
			if err != nil {
				t.Errorf("work %d is refused: %v", i, err)
				return
			}
			order = append(order, i)
			release()
		}()
		synctest.Wait()
	}
	held()
	synctest.Wait()
	return order
}

// Companies have their turns one after the other, within one its keys.
func TestShareIsFairByCompanyThenKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, b := uuid.New(), uuid.New()
		first, second, other := [2]uuid.UUID{a, uuid.New()}, [2]uuid.UUID{a, uuid.New()}, [2]uuid.UUID{b, uuid.New()}
		order := line(t, ratelimit.NewShare(oneAtATime), first, first, first, second, second, other, other)
		if want := []int{0, 5, 3, 6, 1, 4, 2}; !slices.Equal(order, want) {
			t.Errorf("turns come as %v, want %v", order, want)
		}
	})
}

func TestShareBoundsWorkAndQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := ratelimit.NewShare(ratelimit.ShareConfig{Concurrent: 3, Queue: 10, MaxWait: 5 * time.Second})
		company, key := uuid.New(), uuid.New()
		refused := 0
		for range 20 {
			go func() {
				release, err := s.Wait(t.Context(), company, key)
				if err != nil {
					refused++
					checkRefused(t, err, apierror.RateLimited)
					return
				}
				time.Sleep(time.Second)
				release()
			}()
			synctest.Wait()
		}
		if working, waiting := s.Load(); working != 3 || waiting != 10 || refused != 7 {
			t.Errorf("%d at work, %d wait, %d refused", working, waiting, refused)
		}
		go func() { // another key of the company has a queue of its own
			if release, err := s.Wait(t.Context(), company, uuid.New()); err != nil {
				t.Errorf("another key is refused: %v", err)
			} else {
				release()
			}
		}()
		time.Sleep(time.Minute)
		if working, waiting := s.Load(); working != 0 || waiting != 0 {
			t.Errorf("at the end %d at work, %d wait", working, waiting)
		}
	})
}

// Who waits for too long is refused, who goes away leaves the line, and neither
// takes a turn along.
func TestShareWaitEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := ratelimit.NewShare(oneAtATime)
		company, key := uuid.New(), uuid.New()
		held, _ := s.Wait(t.Context(), company, key)
		start := time.Now()
		_, err := s.Wait(t.Context(), company, key)
		if checkRefused(t, err, apierror.Unavailable); time.Since(start) != oneAtATime.MaxWait {
			t.Errorf("refused after %v", time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Wait(ctx, company, key); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it ends with %v", err)
		}
		held()
		if _, err := s.Wait(t.Context(), company, key); err != nil {
			t.Errorf("the turn is lost: %v", err)
		}
	})
}

func checkRefused(t *testing.T, err error, code apierror.Code) {
	t.Helper()
	if e, ok := errors.AsType[*apierror.Error](err); !ok || e.Code != code || e.RetryAfter <= 0 {
		t.Errorf("%v, want %s with a time to come again", err, code)
	}
}
