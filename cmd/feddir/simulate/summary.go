package simulate

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// summary is the result of a run, as --json prints it. Durations are in milliseconds.
type summary struct {
	URL         string         `json:"url"`
	Seed        uint64         `json:"seed"`
	Seconds     float64        `json:"seconds"`
	Requests    int64          `json:"requests"`
	PerSecond   float64        `json:"requestsPerSecond"`
	Kinds       []kindSummary  `json:"kinds"`
	Stages      []stageSummary `json:"stages"`
	Wrong       int            `json:"wrongAnswers"`
	Wrongs      []Wrong        `json:"wrong"` // the first ones
	Remarks     int            `json:"remarks"`
	Remarked    []Wrong        `json:"remarked"`
	Outages     int64          `json:"outages"`   // answers 5xx, and requests without an answer
	Throttled   int64          `json:"throttled"` // answers 429
	Differences int            `json:"differences"`
	Different   []string       `json:"different"` // the first of them
	Notes       []string       `json:"notes"`
	Directory   tally          `json:"directory"`
	Agree       bool           `json:"agree"`
	Error       string         `json:"error,omitempty"` // what ended the run early
}

type kindSummary struct {
	Kind     string         `json:"kind"`
	Count    int            `json:"count"`
	Statuses map[string]int `json:"statuses"`
	P50      float64        `json:"p50"`
	P95      float64        `json:"p95"`
	P99      float64        `json:"p99"`
	Max      float64        `json:"max"`
}

func (r *report) summary(opt options, cause error) summary {
	r.mu.Lock()
	defer r.mu.Unlock()
	elapsed := time.Since(r.started).Seconds()
	s := summary{
		URL: opt.url, Seed: opt.seed, Seconds: elapsed, Requests: r.requests.Load(), PerSecond: float64(r.requests.Load()) / elapsed,
		Wrong: r.wrongCount, Wrongs: r.wrongs, Remarks: r.remarkCount, Remarked: r.remarks, Outages: r.outages.Load(), Throttled: r.throttled.Load(),
		Differences: r.differCount, Different: r.differences, Notes: r.notes, Directory: r.tally,
		Agree: r.tally.Compared && r.differCount == 0,
	}
	if cause != nil {
		s.Error = cause.Error()
	}
	all := &kindCount{name: "all", statuses: map[int]int{}}
	for _, k := range r.kinds {
		s.Kinds = append(s.Kinds, k.summary())
		all.latency.merge(&k.latency)
		for status, n := range k.statuses {
			all.statuses[status] += n
		}
	}
	s.Kinds = append(s.Kinds, all.summary())
	for _, stage := range r.stages {
		s.Stages = append(s.Stages, stage.summary())
	}
	return s
}

func (k *kindCount) summary() kindSummary {
	ms := func(q float64) float64 { return milliseconds(k.latency.quantile(q)) }
	s := kindSummary{Kind: k.name, Count: k.latency.count, Statuses: map[string]int{}, P50: ms(.5), P95: ms(.95), P99: ms(.99),
		Max: milliseconds(k.latency.max)}
	for status, n := range k.statuses {
		name := strconv.Itoa(status)
		if status == 0 {
			name = "none"
		}
		s.Statuses[name] = n
	}
	return s
}

func milliseconds(d time.Duration) float64 { return float64(d.Round(10*time.Microsecond)) / 1e6 }

// writeText prints the table and, last, whether source and directory agree.
func (s *summary) writeText(w io.Writer) error {
	var text strings.Builder
	s.table(&text)
	fmt.Fprintf(&text, "\n%s in %.1f s, %.0f requests/s (seed %d)\n", count(int(s.Requests), "request"), s.Seconds, s.PerSecond, s.Seed)
	if len(s.Stages) > 0 {
		s.stageTable(&text)
	}
	if s.Throttled > 0 {
		fmt.Fprintf(&text, "throttled: %s with status 429; Entra expects at least 25 requests/s\n", count(int(s.Throttled), "answer"))
	}
	if s.Outages > 0 {
		fmt.Fprintf(&text, "outages: %s without an answer or with a server error, sent again\n", count(int(s.Outages), "request"))
	}
	list(&text, "wrong answer", s.Wrong, s.Wrongs)
	list(&text, "remark", s.Remarks, s.Remarked)
	for _, n := range s.Notes {
		fmt.Fprintln(&text, "note:", n)
	}
	if s.Differences > 0 {
		fmt.Fprintf(&text, "\n%s between source and directory:\n", count(s.Differences, "difference"))
		for _, d := range s.Different {
			fmt.Fprintln(&text, "  "+d)
		}
		more(&text, s.Differences, len(s.Different))
	}
	fmt.Fprintln(&text, s.verdict())
	_, err := io.WriteString(w, text.String())
	return err
}

func (s *summary) verdict() string {
	d := s.Directory
	switch {
	case s.Error != "":
		return "the run ended early: " + s.Error
	case !d.Compared:
		return "source and directory were not compared"
	case !s.Agree:
		return "source and directory differ"
	}
	verdict := fmt.Sprintf("source and directory agree: %s, %s, %s", count(d.People, "person"), count(d.Groups, "group"), count(d.Memberships, "membership"))
	if d.OtherPeople+d.OtherGroups > 0 {
		verdict += fmt.Sprintf(" (and %s, %s of other origin)", count(d.OtherPeople, "person"), count(d.OtherGroups, "group"))
	}
	return verdict
}

func (s *summary) table(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "count\tp50 ms\tp95 ms\tp99 ms\tmax ms\t   request: statuses")
	for _, k := range s.Kinds {
		fmt.Fprintf(t, "%s\t%.1f\t%.1f\t%.1f\t%.1f\t   %s:", thousands(k.Count), k.P50, k.P95, k.P99, k.Max, k.Kind)
		for _, status := range slices.Sorted(maps.Keys(k.Statuses)) {
			fmt.Fprintf(t, " %s×%s", status, thousands(k.Statuses[status]))
		}
		fmt.Fprintln(t)
	}
	t.Flush()
}

// stageTable prints the results of each stage. Latencies count from the slots.
func (s *summary) stageTable(w io.Writer) {
	fmt.Fprintln(w, "\nat each rate, latencies from the planned slot of a request:")
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "rate/s\theld/s\tseconds\tcount\tp50 ms\tp95 ms\tp99 ms\tmax ms\tsent late p99 ms\tslots missed\t429\tfailed\t")
	for _, g := range s.Stages {
		fmt.Fprintf(t, "%g\t%.1f\t%.1f\t%s\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%s\t%d\t%d\t\n", g.Rate, g.Held, g.Seconds, thousands(g.Count),
			g.P50, g.P95, g.P99, g.Max, g.LateP99, thousands(g.Missed), g.Throttled, g.Failed)
	}
	t.Flush()
}

func list(w io.Writer, noun string, n int, shown []Wrong) {
	if n == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s:\n", count(n, noun))
	for _, a := range shown {
		fmt.Fprintf(w, "  %s (%s)", a.Route, a.Kind)
		if a.Status != 0 {
			fmt.Fprintf(w, " → %d", a.Status)
		}
		if a.RequestID != "" {
			fmt.Fprintf(w, " [request %s]", a.RequestID)
		}
		fmt.Fprintf(w, "\n      %s\n", a.Reason)
	}
	more(w, n, len(shown))
}

func more(w io.Writer, n, shown int) {
	if n > shown {
		fmt.Fprintf(w, "  … and %s more\n", thousands(n-shown))
	}
}
