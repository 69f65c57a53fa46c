package server

import (
	"context"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/feddir/feddir/internal/jobs"
)

// What only grows is a counter, and each job has its own line.
func TestJobMetrics(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	run := func(context.Context) (int, error) { stop(); return 3, nil }
	runner := jobs.New(jobs.Job{Name: "first", AtStart: true, Run: run}, jobs.Job{Name: "second"})
	runner.Run(ctx)
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(jobMetrics{runner})
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if counter := f.GetType().String() == "COUNTER"; counter != strings.HasSuffix(f.GetName(), "_total") {
			t.Errorf("%s is a %s", f.GetName(), f.GetType())
		}
		if n := len(f.GetMetric()); n != 2 {
			t.Errorf("%s has %d lines", f.GetName(), n)
		}
		if f.GetName() == "feddir_job_done_total" && f.GetMetric()[0].GetCounter().GetValue() != 3 {
			t.Errorf("%v", f)
		}
	}
}
