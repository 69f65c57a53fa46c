package server

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/graph/stream"
	"github.com/feddir/feddir/internal/records"
)

// metrics are the metrics for Prometheus. No label names a company: the number of
// companies has no bound.
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

func (m *metrics) observe(method, route string, status int, took time.Duration, statements int) {
	m.duration.WithLabelValues(records.Method(method), route, strconv.Itoa(status)).Observe(took.Seconds())
	m.statements.WithLabelValues(route).Observe(float64(statements))
}

// counter registers a value that only grows while the server runs. Its name ends
// in _total.
func (m *metrics) counter(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value))
}

// gauge registers a value that goes up and down.
func (m *metrics) gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

// requestRecords registers the counts of the writer of request records.
func (m *metrics) requestRecords(w *records.Writer) {
	of := func(value func(records.Stats) int64) func() float64 {
		return func() float64 { return float64(value(w.Stats())) }
	}
	m.counter("feddir_request_records_written_total", "Request records written.",
		of(func(s records.Stats) int64 { return s.Written }))
	m.counter("feddir_request_records_lost_total", "Request records dropped because they could not be written.",
		of(func(s records.Stats) int64 { return s.Lost }))
	m.gauge("feddir_request_records_waiting", "Request records that wait to be written.",
		of(func(s records.Stats) int64 { return s.Waiting }))
}

// database registers the counts of connections and statements.
func (m *metrics) database(db *entdb.DB) {
	of := func(value func(sqlconn.Stats) float64) func() float64 {
		return func() float64 { return value(db.Conn().Stats()) }
	}
	m.gauge("feddir_db_connections_in_use", "Connections in use.",
		of(func(s sqlconn.Stats) float64 { return float64(s.Readers.InUse) }))
	m.gauge("feddir_db_connections_open", "Open connections.",
		of(func(s sqlconn.Stats) float64 { return float64(s.Readers.OpenConnections) }))
	m.counter("feddir_db_connection_wait_seconds_total", "Time waited for a connection.",
		of(func(s sqlconn.Stats) float64 { return s.Readers.WaitDuration.Seconds() }))
	m.counter("feddir_db_statement_cache_hits_total", "Statements found in a statement cache.",
		of(func(s sqlconn.Stats) float64 { return float64(s.CacheHits) }))
	m.counter("feddir_db_statement_cache_misses_total", "Statements not found in a statement cache.",
		of(func(s sqlconn.Stats) float64 { return float64(s.CacheMisses) }))
	m.transactions(of)
}

// transactions registers the counts of transactions.
func (m *metrics) transactions(of func(func(sqlconn.Stats) float64) func() float64) {
	m.counter("feddir_db_retries_exhausted_total", "Transactions given up after retrying.",
		of(func(s sqlconn.Stats) float64 { return float64(s.Exhausted) }))
	m.counter("feddir_db_unknown_outcomes_total", "Commits whose outcome is unknown.",
		of(func(s sqlconn.Stats) float64 { return float64(s.UnknownOutcomes) }))
	m.counter("feddir_db_grouped_transactions_total", "Transactions that shared a commit (SQLite).",
		of(func(s sqlconn.Stats) float64 { return float64(s.Grouped) }))
	for _, kind := range []sqlconn.Kind{sqlconn.Conflict, sqlconn.Busy, sqlconn.Lost, sqlconn.Unavailable} {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "feddir_db_retries_total", Help: "Transactions run again, by cause.",
			ConstLabels: prometheus.Labels{"cause": string(kind)},
		}, of(func(s sqlconn.Stats) float64 { return float64(s.Retries[kind]) })))
	}
}

// streams registers the counts of streams.
func (m *metrics) streams(h *stream.Hub) {
	m.gauge("feddir_streams_open", "WebSockets and event streams that are open.",
		func() float64 { return float64(h.Stats().Connections) })
	m.gauge("feddir_subscriptions_open", "Subscriptions on open WebSockets and event streams.",
		func() float64 { return float64(h.Stats().Subscriptions) })
	m.counter("feddir_subscriptions_cut_off_total", "Slow consumers that were disconnected.",
		func() float64 { return float64(h.Stats().SlowConsumers) })
}
