package server

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/internal/records"
)

// metrics are what Prometheus reads. No label names a company: their number
// has no bound.
type metrics struct {
	registry   *prometheus.Registry
	inFlight   prometheus.Gauge
	duration   *prometheus.HistogramVec
	statements *prometheus.HistogramVec
}

func newMetrics(db *entdb.DB) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "feddir_http_requests_in_flight", Help: "Requests being answered."}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "feddir_http_request_duration_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method", "route", "status"}),
		statements: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "feddir_http_request_statements", Help: "SQL statements of a request, by route.",
			Buckets: []float64{0, 1, 2, 3, 4, 6, 10, 20, 50, 100},
		}, []string{"route"}),
	}
	m.registry.MustRegister(m.inFlight, m.duration, m.statements,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.database(db)
	return m
}

func (m *metrics) observe(verb, route string, status int, took time.Duration, statements int) {
	m.duration.WithLabelValues(method(verb), route, strconv.Itoa(status)).Observe(took.Seconds())
	m.statements.WithLabelValues(route).Observe(float64(statements))
}

// requestRecords registers what the writer of request records counts.
func (m *metrics) requestRecords(w *records.Writer) {
	for _, g := range []struct {
		name, help string
		value      func(records.Stats) int64
	}{
		{"feddir_request_records_written_total", "Request records written.", func(s records.Stats) int64 { return s.Written }},
		{"feddir_request_records_lost_total", "Request records given up because they could not be written.", func(s records.Stats) int64 { return s.Lost }},
		{"feddir_request_records_waiting", "Request records that wait to be written.", func(s records.Stats) int64 { return s.Waiting }},
	} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: g.name, Help: g.help}, func() float64 { return float64(g.value(w.Stats())) }))
	}
}

// database registers what the connections count.
func (m *metrics) database(db *entdb.DB) {
	for _, g := range []struct {
		name, help string
		value      func(sqlconn.Stats) float64
	}{
		{"feddir_db_connections_in_use", "Connections at work.", func(s sqlconn.Stats) float64 { return float64(s.Readers.InUse) }},
		{"feddir_db_connections_open", "Open connections.", func(s sqlconn.Stats) float64 { return float64(s.Readers.OpenConnections) }},
		{"feddir_db_connection_wait_seconds_total", "Time waited for a connection.", func(s sqlconn.Stats) float64 { return s.Readers.WaitDuration.Seconds() }},
		{"feddir_db_retries_exhausted_total", "Transactions given up after retrying.", func(s sqlconn.Stats) float64 { return float64(s.Exhausted) }},
		{"feddir_db_unknown_outcomes_total", "Commits whose outcome is unknown.", func(s sqlconn.Stats) float64 { return float64(s.UnknownOutcomes) }},
		{"feddir_db_statement_cache_hits_total", "Statements found prepared.", func(s sqlconn.Stats) float64 { return float64(s.CacheHits) }},
		{"feddir_db_statement_cache_misses_total", "Statements that had to be prepared.", func(s sqlconn.Stats) float64 { return float64(s.CacheMisses) }},
		{"feddir_db_grouped_transactions_total", "Transactions that shared a commit (SQLite).", func(s sqlconn.Stats) float64 { return float64(s.Grouped) }},
	} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: g.name, Help: g.help}, func() float64 { return g.value(db.Conn().Stats()) }))
	}
	for _, kind := range []sqlconn.Kind{sqlconn.Conflict, sqlconn.Busy, sqlconn.Lost, sqlconn.Unavailable} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "feddir_db_retries_total", Help: "Transactions run again, by cause.",
			ConstLabels: prometheus.Labels{"cause": string(kind)},
		}, func() float64 { return float64(db.Conn().Stats().Retries[kind]) }))
	}
}
