package ratelimit

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/internal/apierror"
)

// ShareConfig is what all callers together may do at the same time, and how
// long each may wait for it. All of it must be set.
type ShareConfig struct {
	Concurrent int           // works at the same time, whoever they are of
	Queue      int           // works of one key that wait for their turn
	MaxWait    time.Duration // for a turn
}

// Share bounds how much is worked on at the same time, whoever it is for, and
// gives turns to companies one after the other, within a company to its keys
// one after the other, and within a key in the order of arrival. So a company
// with a hundred waiting works delays the single one of another company by
// those alone that have begun. Safe for concurrent use.
type Share struct {
	cfg       ShareConfig
	mu        sync.Mutex
	working   int
	companies []*companyQueue // that have works waiting; the first has the next turn
}

// companyQueue is the works of one company that wait, by key.
type companyQueue struct {
	id   uuid.UUID
	keys []*keyQueue // none is empty; the first has the company's next turn
}

type keyQueue struct {
	id    uuid.UUID
	turns []chan struct{} // closed when the turn is given
}

// NewShare returns a share that nobody uses yet.
func NewShare(cfg ShareConfig) *Share { return &Share{cfg: cfg} }

// Wait gives a work of a company's key its turn. It must call release when it
// is done. It fails with [apierror.RateLimited] where too many of the key wait
// already, with [apierror.Unavailable] where no turn comes in time, and with the
// error of ctx when that ends first.
func (s *Share) Wait(ctx context.Context, company, key uuid.UUID) (release func(), err error) {
	turn, full := s.enter(company, key)
	if full {
		return nil, s.refused(apierror.RateLimited, "too many searches and large lists at a time; send one after the other")
	}
	if turn == nil {
		return s.releaser(), nil
	}
	timer := time.NewTimer(s.cfg.MaxWait)
	defer timer.Stop()
	select {
	case <-turn:
		return s.releaser(), nil
	case <-timer.C:
	case <-ctx.Done():
	}
	if !s.leave(company, key, turn) { // the turn came just then
		return s.releaser(), nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return nil, s.refused(apierror.Unavailable, "other searches and large lists take all the time; try again")
}

func (s *Share) refused(code apierror.Code, message string) error {
	return &apierror.Error{Code: code, Message: message, RetryAfter: s.cfg.MaxWait}
}

// Load is how many works have a turn and how many wait for one.
func (s *Share) Load() (working, waiting int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.companies {
		for _, k := range c.keys {
			waiting += len(k.turns)
		}
	}
	return s.working, waiting
}

// enter begins a work, with no turn to wait for, or lets it wait for one.
func (s *Share) enter(company, key uuid.UUID) (turn chan struct{}, full bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.working < s.cfg.Concurrent {
		s.working++
		return nil, false
	}
	k := s.queue(company, key)
	if len(k.turns) >= s.cfg.Queue {
		return nil, true
	}
	turn = make(chan struct{})
	k.turns = append(k.turns, turn)
	return turn, false
}

// queue is the queue of a key, the last of its company's where it is new, and
// that the last of all.
func (s *Share) queue(company, key uuid.UUID) *keyQueue {
	c := find(s.companies, func(c *companyQueue) bool { return c.id == company })
	if c == nil {
		c = &companyQueue{id: company}
		s.companies = append(s.companies, c)
	}
	k := find(c.keys, func(k *keyQueue) bool { return k.id == key })
	if k == nil {
		k = &keyQueue{id: key}
		c.keys = append(c.keys, k)
	}
	return k
}

// leave takes a work out of its queue. It reports false when its turn has come.
func (s *Share) leave(company, key uuid.UUID, turn chan struct{}) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	ci := slices.IndexFunc(s.companies, func(c *companyQueue) bool { return c.id == company })
	if ci < 0 {
		return false
	}
	c := s.companies[ci]
	ki := slices.IndexFunc(c.keys, func(k *keyQueue) bool { return k.id == key })
	if ki < 0 {
		return false
	}
	k := c.keys[ki]
	i := slices.Index(k.turns, turn)
	if i < 0 {
		return false
	}
	k.turns = slices.Delete(k.turns, i, i+1)
	if len(k.turns) == 0 {
		c.keys = slices.Delete(c.keys, ki, ki+1)
	}
	if len(c.keys) == 0 {
		s.companies = slices.Delete(s.companies, ci, ci+1)
	}
	return true
}

// releaser returns what gives a turn to the next.
func (s *Share) releaser() func() {
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.companies) == 0 {
			s.working--
			return
		}
		close(s.next())
	})
}

// next takes the turn of the next one out of its queue. The company, and the
// key within it, stand at the end of their lines then.
func (s *Share) next() chan struct{} {
	c := s.companies[0]
	k := c.keys[0]
	turn := k.turns[0]
	k.turns = k.turns[1:]
	c.keys = c.keys[1:]
	if len(k.turns) > 0 {
		c.keys = append(c.keys, k)
	}
	s.companies = s.companies[1:]
	if len(c.keys) > 0 {
		s.companies = append(s.companies, c)
	}
	return turn
}

func find[T any](all []*T, is func(*T) bool) *T {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i]
	}
	return nil
}
