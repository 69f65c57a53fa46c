package ratelimit

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/internal/apierror"
)

// ShareConfig bounds what all callers do at the same time. Every field must be
// set.
type ShareConfig struct {
	Concurrent int           // reads at the same time, of all callers
	Queue      int           // waiting reads of one key
	MaxWait    time.Duration // for a turn
}

// Share is the fair queue of heavy reads. It bounds the reads at a time and gives
// turns round robin: among companies, within a company among its keys, and within
// a key in the order of arrival. So a company with a hundred waiting reads delays
// a read of another company only by those that have begun. Safe for concurrent
// use.
type Share struct {
	cfg       ShareConfig
	mu        sync.Mutex
	running   int
	companies []*companyQueue // with waiting reads; the first has the next turn
}

// companyQueue has the waiting reads of one company, by key.
type companyQueue struct {
	id   uuid.UUID
	keys []*keyQueue // with waiting reads; the first has the company's next turn
}

type keyQueue struct {
	id    uuid.UUID
	turns []chan struct{} // closed when the turn is given
}

// NewShare returns an empty share.
func NewShare(cfg ShareConfig) *Share { return &Share{cfg: cfg} }

// Wait waits for the turn of a read of a company's key. The caller must call
// release when the read is done. It fails with [apierror.RateLimited] if too many
// reads of the key wait already, with [apierror.Unavailable] if the turn does not
// come in time, and with the error of ctx if that ends first.
func (s *Share) Wait(ctx context.Context, company, key uuid.UUID) (release func(), err error) {
	turn, full := s.enter(company, key)
	if full {
		return nil, s.refusal(apierror.RateLimited, "this key has too many searches and large lists at a time; send one after the other")
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
	if !s.leave(company, key, turn) { // the turn came at the same moment
		return s.releaser(), nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return nil, s.refusal(apierror.Unavailable, "the server is busy with other searches and large lists; try again")
}

func (s *Share) refusal(code apierror.Code, message string) error {
	return &apierror.Error{Code: code, Message: message, RetryAfter: s.cfg.MaxWait}
}

// Load returns how many reads have a turn and how many wait for one.
func (s *Share) Load() (running, waiting int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.companies {
		for _, k := range c.keys {
			waiting += len(k.turns)
		}
	}
	return s.running, waiting
}

// enter begins a read and returns no turn, or queues it and returns its turn.
func (s *Share) enter(company, key uuid.UUID) (turn chan struct{}, full bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running < s.cfg.Concurrent {
		s.running++
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

// queue returns the queue of a key. New queues of keys and companies are the last.
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

// leave removes a read from its queue. It returns false if its turn has come.
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

// releaser returns the function that gives a turn to the next read.
func (s *Share) releaser() func() {
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.companies) == 0 {
			s.running--
			return
		}
		close(s.next())
	})
}

// next removes the next read from its queue and returns its turn. Its company, and
// its key within the company, become the last.
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
