package simulate

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxShown = 20 // wrong answers, remarks and differences explained, each
	maxAlike = 3  // of them, wrong answers to one kind of request with one status
)

// Wrong is a wrong answer.
type Wrong struct {
	Kind      string `json:"kind"`
	Route     string `json:"route"`
	Status    int    `json:"status,omitempty"` // 0 when no answer came
	Reason    string `json:"reason"`
	RequestID string `json:"requestId,omitempty"`
}

// Failed means that answers were wrong or the directory differs from the source.
type Failed struct {
	Wrong       int // answers
	Differences int // between source and directory
}

func (f *Failed) Error() string {
	return "the directory failed: " + count(f.Wrong, "wrong answer") + ", " + count(f.Differences, "difference")
}

// report collects the results of a run. Its memory does not grow with the run.
type report struct {
	strict  bool
	started time.Time

	requests, outages, throttled atomic.Int64

	mu          sync.Mutex
	kinds       []*kindCount
	byKind      map[string]*kindCount
	wrongs      []Wrong
	wrongCount  int
	remarks     []Wrong
	remarkCount int
	differences []string
	differCount int
	notes       []string
	stages      []*stage
	tally       tally
}

type kindCount struct {
	name     string
	statuses map[int]int
	latency  latency
}

func newReport(strict bool) *report {
	return &report{strict: strict, started: time.Now(), byKind: map[string]*kindCount{}}
}

// begin begins a stage.
func (r *report) begin(rate float64) *stage {
	s := &stage{rate: rate, started: time.Now()}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stages = append(r.stages, s)
	return s
}

// count counts one attempt, of a stage if s is not nil; status 0 stands for none.
func (r *report) count(kind string, status int, d time.Duration, s *stage) {
	if s != nil {
		s.count(status, d)
	}
	r.requests.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	k := r.byKind[kind]
	if k == nil {
		k = &kindCount{name: kind, statuses: map[int]int{}}
		r.byKind[kind] = k
		r.kinds = append(r.kinds, k)
	}
	k.statuses[status]++
	k.latency.add(d)
}

func (r *report) wrong(a *answer, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wrongCount++
	r.wrongs = explain(r.wrongs, newWrong(a, reason), maxAlike)
}

func (r *report) remark(a *answer, reason string) {
	if r.strict {
		r.wrong(a, reason)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.remarkCount++
	r.remarks = explain(r.remarks, newWrong(a, reason), 1)
}

// explain appends w unless the list is full, or has enough similar ones.
func explain(list []Wrong, w Wrong, alike int) []Wrong {
	for _, other := range list {
		if other.Kind == w.Kind && other.Status == w.Status {
			alike--
		}
	}
	if alike <= 0 || len(list) >= maxShown {
		return list
	}
	return append(list, w)
}

func newWrong(a *answer, reason string) Wrong {
	w := Wrong{Kind: a.kind, Route: a.route(), Status: a.status, Reason: short(oneLine(reason), 600)}
	for _, name := range []string{"X-Request-Id", "Request-Id", "X-Correlation-Id"} {
		if id := a.header.Get(name); id != "" {
			w.RequestID = short(oneLine(id), 80)
			break
		}
	}
	return w
}

// differ reports a difference between source and directory.
func (r *report) differ(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.differCount++; len(r.differences) < maxShown {
		r.differences = append(r.differences, short(oneLine(fmt.Sprintf(format, args...)), 600))
	}
}

// note adds a note, which is neither an error nor a departure from the standards.
func (r *report) note(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.notes) < maxShown {
		r.notes = append(r.notes, fmt.Sprintf(format, args...))
	}
}

func (r *report) wrongSoFar() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.wrongCount
}

// failure returns a *Failed, or nil if there is neither a wrong answer nor a difference.
func (r *report) failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.wrongCount+r.differCount == 0 {
		return nil
	}
	return &Failed{Wrong: r.wrongCount, Differences: r.differCount}
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n != 1 {
		if noun == "person" {
			noun = "people"
		} else {
			noun += "s"
		}
	}
	return thousands(n) + " " + noun
}

func thousands(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
