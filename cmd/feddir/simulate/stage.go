package simulate

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// stage is a part of the run at one rate. Latencies count from the slot of a request, and not from when it was sent:
// so requests that a slow answer delays have the latency that independent clients would see.
type stage struct {
	rate float64 // requests a second

	mu      sync.Mutex
	started time.Time
	ended   time.Time
	latency latency
	late    latency // from the slot to the sending
	failed  int     // without an answer, or with a server error
	refused int     // with 429
	missed  int     // slots that passed because too many answers were outstanding or this program was delayed
}

func (s *stage) interval() time.Duration { return time.Duration(float64(time.Second) / s.rate) }

// sent counts a request that was sent so late.
func (s *stage) sent(late time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late.add(max(late, 0))
}

// count counts an attempt; status 0 means no answer.
func (s *stage) count(status int, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency.add(d)
	switch {
	case status == http.StatusTooManyRequests:
		s.refused++
	case status == 0 || status >= 500:
		s.failed++
	}
}

func (s *stage) miss(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.missed += n
}

// stages runs cycles with changes at each of the rates, for the duration of each.
func (j *job) stages(ctx context.Context, cycle func(context.Context) error) error {
	running, stop := context.WithCancel(ctx)
	var background sync.WaitGroup
	defer background.Wait()
	defer stop()
	over := make(chan struct{})
	ids := j.idsOfPeople()
	background.Go(func() {
		defer close(over)
		for _, rate := range j.opt.rates {
			s := j.report.begin(rate)
			j.client.limiter.set(rate, s)
			j.readAtIdleSlots(running, s, ids)
			s.end()
		}
		j.client.limiter.set(j.opt.initialRate, nil)
	})
	for {
		if err := cycle(running); err != nil {
			return err
		}
		select {
		case <-over:
			return nil
		default:
		}
	}
}

// readAtIdleSlots reads people at the slots that the job does not use, until the stage is over or ctx ends.
func (j *job) readAtIdleSlots(ctx context.Context, s *stage, ids []string) {
	if s.rate <= 0 {
		_ = sleep(ctx, j.opt.duration)
		return
	}
	var reads sync.WaitGroup
	defer reads.Wait()
	outstanding := make(chan struct{}, j.opt.concurrency)
	for end := time.Now().Add(j.opt.duration); time.Now().Before(end); {
		t, missed, wait := j.client.limiter.idleSlot(s)
		s.miss(missed)
		if t.stage != nil {
			select {
			case outstanding <- struct{}{}:
				reads.Go(func() {
					defer func() { <-outstanding }()
					j.readAnyPerson(ctx, t, ids)
				})
			default:
				s.miss(1)
			}
		}
		if sleep(ctx, wait) != nil {
			return
		}
	}
}

// readAnyPerson reads a person, which may have been deleted meanwhile.
func (j *job) readAnyPerson(ctx context.Context, t slot, ids []string) {
	r := request{kind: "idle slot", method: "GET", path: userType.endpoint, query: "count=1", allow: []int{200}}
	if len(ids) > 0 {
		r.path, r.query, r.allow = userType.endpoint+"/"+ids[rand.IntN(len(ids))], "", []int{200, 404}
	}
	_, _ = j.client.doAt(ctx, r, t) // an error that ends the job also ends its own requests
}

func (j *job) idsOfPeople() (ids []string) {
	for _, p := range j.src.People {
		if p.id != "" && !p.deleted {
			ids = append(ids, p.id)
		}
	}
	return ids
}

func (s *stage) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = time.Now()
}

// stageSummary is a stage as --json prints it. Durations are in milliseconds and count from the slots.
type stageSummary struct {
	Rate      float64 `json:"rate"` // requests a second that were planned
	Held      float64 `json:"held"` // that were sent
	Seconds   float64 `json:"seconds"`
	Count     int     `json:"count"`
	P50       float64 `json:"p50"`
	P95       float64 `json:"p95"`
	P99       float64 `json:"p99"`
	Max       float64 `json:"max"`
	LateP99   float64 `json:"lateP99"` // from the slot to the sending
	Missed    int     `json:"missed"`  // slots
	Failed    int     `json:"failed"`
	Throttled int     `json:"throttled"`
}

func (s *stage) summary() stageSummary {
	s.mu.Lock()
	defer s.mu.Unlock()
	end := s.ended
	if end.IsZero() {
		end = time.Now()
	}
	ms := func(q float64) float64 { return milliseconds(s.latency.quantile(q)) }
	seconds := end.Sub(s.started).Seconds()
	return stageSummary{
		Rate: s.rate, Held: float64(s.latency.count) / seconds, Seconds: seconds, Count: s.latency.count,
		P50: ms(.5), P95: ms(.95), P99: ms(.99), Max: milliseconds(s.latency.max), LateP99: milliseconds(s.late.quantile(.99)),
		Missed: s.missed, Failed: s.failed, Throttled: s.refused,
	}
}
