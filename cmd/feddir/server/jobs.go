package server

import (
	"context"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/jobs"
)

const (
	analyzeInterval = 5 * time.Second
	warnInterval    = 24 * time.Hour
)

// newJobs returns the runner of all background work.
func (s *Server) newJobs() *jobs.Runner {
	own := []jobs.Job{
		{Name: "analyze-tables", Every: analyzeInterval, Run: s.analyze},
		{Name: "warn-of-expiring-keys", Every: warnInterval, AtStart: true, Run: s.warnOfExpiringKeys},
	}
	return jobs.New(slices.Concat(s.resolver.Jobs(), s.records.Jobs(), s.auth.Jobs(), own)...)
}

// analyze renews the planner's statistics of tables that have grown fast.
func (s *Server) analyze(ctx context.Context) (int, error) {
	tables, err := s.db.Conn().Analyze(viewer.WithSystem(ctx, viewer.Statistics))
	return len(tables), err
}

// jobMetrics are the metrics of background work.
type jobMetrics struct{ runner *jobs.Runner }

var jobLabel = []string{"job"}

// jobValues are the metrics of a job, each with its type and its value.
var jobValues = []struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(jobs.Stats) float64
}{
	{prometheus.NewDesc("feddir_job_runs_total", "Runs of background work.", jobLabel, nil), prometheus.CounterValue, func(s jobs.Stats) float64 { return float64(s.Runs) }},
	{prometheus.NewDesc("feddir_job_failures_total", "Runs of background work that failed.", jobLabel, nil), prometheus.CounterValue, func(s jobs.Stats) float64 { return float64(s.Failures) }},
	{prometheus.NewDesc("feddir_job_done_total", "Items that background work has processed, such as rows written or deleted.", jobLabel, nil), prometheus.CounterValue, func(s jobs.Stats) float64 { return float64(s.Done) }},
	{prometheus.NewDesc("feddir_job_last_run_timestamp_seconds", "When background work ran last; 0 for never.", jobLabel, nil), prometheus.GaugeValue, func(s jobs.Stats) float64 {
		if s.Last.IsZero() {
			return 0
		}
		return float64(s.Last.UnixMilli()) / 1000
	}},
	{prometheus.NewDesc("feddir_job_last_run_duration_seconds", "How long the last run of background work took.", jobLabel, nil), prometheus.GaugeValue, func(s jobs.Stats) float64 { return s.Took.Seconds() }},
}

// Describe implements prometheus.Collector.
func (m jobMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, v := range jobValues {
		to <- v.desc
	}
}

// Collect implements prometheus.Collector.
func (m jobMetrics) Collect(to chan<- prometheus.Metric) {
	for _, s := range m.runner.Stats() {
		for _, v := range jobValues {
			to <- prometheus.MustNewConstMetric(v.desc, v.kind, v.value(s), s.Name)
		}
	}
}
