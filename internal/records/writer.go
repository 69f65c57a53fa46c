package records

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/generated/provisioningcycle"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/jobs"
)

const (
	batchSize         = 1024 // records in one transaction, of some 20 ms: other writers of SQLite wait for it
	flushTimeout      = 10 * time.Second
	retentionInterval = 10 * time.Minute
)

// DefaultKeep is how long records are kept where nothing else is said.
const DefaultKeep = 30 * 24 * time.Hour

// Config says how records are stored. A zero value means the default that is
// given.
type Config struct {
	Every           time.Duration    // interval of writing; 1 s
	Queue           int              // records that are not written yet; 10,000
	Keep            time.Duration    // how long they are kept; 30 days
	MaxPerDirectory int64            // records of one directory; 1,000,000
	Now             func() time.Time // time.Now
}

// Writer writes records. Safe for concurrent use.
type Writer struct {
	db   *entdb.DB
	cfg  Config
	full jobs.Signal

	records, cycles inserter

	mu    sync.Mutex
	queue []*Entry            // oldest first
	lost  map[uuid.UUID]int64 // dropped records by directory, since its last stored record

	flushing  sync.Mutex
	uncertain int  // how many of the oldest may have been written already, in one transaction
	failing   bool // the last write failed

	written, dropped atomic.Int64
}

// New returns a writer on db. Its jobs write the records.
func New(db *entdb.DB, cfg Config) *Writer {
	cfg.Every = cmp.Or(cfg.Every, time.Second)
	cfg.Queue = cmp.Or(cfg.Queue, 10_000)
	cfg.Keep = cmp.Or(cfg.Keep, DefaultKeep)
	cfg.MaxPerDirectory = cmp.Or(cfg.MaxPerDirectory, 1_000_000)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Writer{
		db: db, cfg: cfg, full: jobs.NewSignal(), lost: make(map[uuid.UUID]int64),
		records: newInserter(db.Dialect(), requestrecord.Table, recordColumns, ""),
		cycles:  newInserter(db.Dialect(), provisioningcycle.Table, cycleColumns, countAgain),
	}
}

// Add queues an entry, which must not be changed afterwards. It does not wait: if
// the queue is full it drops the entry and counts it.
func (w *Writer) Add(e *Entry) {
	e.At = e.At.UTC().Truncate(time.Millisecond)
	e.TargetLabel, e.Detail, e.Agent = clip(e.TargetLabel, maxLabel), clip(e.Detail, maxDetail), clip(e.Agent, maxAgent)
	e.id = schematype.NewIDAt(schematype.TypeRequestRecord, e.At)
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) >= w.cfg.Queue {
		w.lose(e)
		return
	}
	w.queue = append(w.queue, e)
	if len(w.queue) >= batchSize {
		w.full.Notify()
	}
}

// lose counts a dropped record. The directory's next record has the count.
func (w *Writer) lose(e *Entry) {
	w.dropped.Add(1)
	if _, known := w.lost[e.DirectoryID]; known || len(w.lost) < w.cfg.Queue {
		w.lost[e.DirectoryID]++
	}
}

// Stats counts records: written, dropped, and still in the queue.
type Stats struct{ Written, Lost, Waiting int64 }

// Stats returns the counts so far.
func (w *Writer) Stats() Stats {
	w.mu.Lock()
	defer w.mu.Unlock()
	return Stats{w.written.Load(), w.dropped.Load(), int64(len(w.queue))}
}

// Jobs returns the background work of the writer: it writes records, full batches
// at once, and deletes old ones.
func (w *Writer) Jobs() []jobs.Job {
	return []jobs.Job{
		{Name: "write-request-records", Every: w.cfg.Every, AtStop: true, Timeout: flushTimeout, Run: w.Flush},
		{Name: "write-full-batches", Wake: w.full, Timeout: flushTimeout, Run: w.flushFull},
		{Name: "purge-request-records", Every: retentionInterval, Run: w.ApplyRetention},
	}
}

// Flush writes all queued records and returns their number. If it fails, the
// records stay queued.
func (w *Writer) Flush(ctx context.Context) (int, error) {
	w.flushing.Lock()
	defer w.flushing.Unlock()
	return w.flush(ctx, 1)
}

// flushFull writes full batches, unless the last write failed: then only Flush
// tries again.
func (w *Writer) flushFull(ctx context.Context) (int, error) {
	w.flushing.Lock()
	defer w.flushing.Unlock()
	if w.failing {
		return 0, nil
	}
	return w.flush(ctx, batchSize)
}

// flush writes batches while at least so many records are queued: each batch costs
// a commit, and under load the rest will soon be a full one.
func (w *Writer) flush(ctx context.Context, least int) (written int, err error) {
	defer func() { w.failing = err != nil }()
	for {
		batch, lost := w.oldest()
		if len(batch) < least && (w.uncertain == 0 || len(batch) == 0) {
			return written, nil
		}
		err := w.write(ctx, batch, lost)
		switch {
		case err == nil:
			w.uncertain = 0
			w.written.Add(int64(len(batch)))
			w.dequeue(len(batch), lost)
			written += len(batch)
		case isTransient(err):
			if errors.Is(err, sqlconn.ErrUnknownOutcome) {
				w.uncertain = len(batch)
			}
			return written, err
		default: // it would fail again and block all others
			zerolog.Ctx(ctx).Error().Str("error", sqlconn.Detail(err)).Msg("cannot store a batch of request records")
			w.uncertain = 0
			w.giveUp(batch)
		}
	}
}

// isTransient reports whether a failed write may succeed later.
func isTransient(err error) bool {
	switch sqlconn.KindOf(err) {
	case sqlconn.Conflict, sqlconn.Busy, sqlconn.Lost, sqlconn.Unavailable, sqlconn.Storage, sqlconn.Timeout, sqlconn.Canceled, sqlconn.UnknownOutcome:
		return true
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// oldest returns the next batch and how many records were dropped before it.
func (w *Writer) oldest() ([]*Entry, map[uuid.UUID]int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	batch := w.queue[:min(len(w.queue), cmp.Or(w.uncertain, batchSize))]
	lost := make(map[uuid.UUID]int64)
	for _, e := range batch {
		if n := w.lost[e.DirectoryID]; n > 0 {
			lost[e.DirectoryID] = n
		}
	}
	return batch, lost
}

// dequeue removes the oldest records from the queue, and subtracts the dropped
// records that were reported.
func (w *Writer) dequeue(n int, reported map[uuid.UUID]int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.queue[:n])
	if w.queue = w.queue[n:]; len(w.queue) == 0 {
		w.queue = nil // frees the memory of a queue that grew in an outage
	}
	for id, n := range reported {
		if w.lost[id] -= n; w.lost[id] <= 0 {
			delete(w.lost, id)
		}
	}
}

func (w *Writer) giveUp(batch []*Entry) {
	w.mu.Lock()
	for _, e := range batch {
		w.lose(e)
	}
	w.mu.Unlock()
	w.dequeue(len(batch), nil)
}
