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
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/jobs"
)

const (
	batchSize     = 1024 // records that are written in one transaction: some 20 ms, for which other writers of SQLite wait
	flushWithin   = 10 * time.Second
	sweepInterval = 10 * time.Minute
)

// Config is how records are kept. What is zero has the value that is named.
type Config struct {
	Every           time.Duration    // how often they are written; 1 s
	Queue           int              // how many may wait to be written; 10,000
	Keep            time.Duration    // how long they are kept; 30 days
	MaxPerDirectory int64            // how many a directory has at most; 1,000,000
	Now             func() time.Time // time.Now
}

// Writer writes records. Safe for concurrent use.
type Writer struct {
	db    *entdb.DB
	texts map[int]string // statements that insert so many rows
	cfg   Config
	full  jobs.Signal

	mu    sync.Mutex
	queue []*Entry            // oldest first
	lost  map[uuid.UUID]int64 // by the directory, since its last record

	flushing sync.Mutex
	unsure   int  // how many of the oldest may have been written already, in one transaction
	failing  bool // the last time

	written, dropped atomic.Int64
}

// New returns a writer on db. Its jobs write what it is handed.
func New(db *entdb.DB, cfg Config) *Writer {
	if cfg.Every <= 0 {
		cfg.Every = time.Second
	}
	if cfg.Queue <= 0 {
		cfg.Queue = 10_000
	}
	if cfg.Keep <= 0 {
		cfg.Keep = 30 * 24 * time.Hour
	}
	if cfg.MaxPerDirectory <= 0 {
		cfg.MaxPerDirectory = 1_000_000
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Writer{db: db, cfg: cfg, texts: insertTexts(db.Dialect()), full: jobs.NewSignal(), lost: make(map[uuid.UUID]int64)}
}

// Add hands a record over, which must not be altered afterwards. It never
// waits: when too many wait already, this one is lost and counted.
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

// lose counts a record that is given up, for the directory's next one to tell.
func (w *Writer) lose(e *Entry) {
	w.dropped.Add(1)
	if _, known := w.lost[e.DirectoryID]; known || len(w.lost) < w.cfg.Queue {
		w.lost[e.DirectoryID]++
	}
}

// Stats are what a writer has done and has to do.
type Stats struct{ Written, Lost, Waiting int64 }

// Stats returns the counts so far.
func (w *Writer) Stats() Stats {
	w.mu.Lock()
	defer w.mu.Unlock()
	return Stats{w.written.Load(), w.dropped.Load(), int64(len(w.queue))}
}

// Jobs returns the background work of the writer: to write what it is handed,
// a full batch at once, and to delete what is kept no longer.
func (w *Writer) Jobs() []jobs.Job {
	return []jobs.Job{
		{Name: "write-request-records", Every: w.cfg.Every, AtStop: true, Timeout: flushWithin, Run: w.Flush},
		{Name: "write-full-batches", Wake: w.full, Timeout: flushWithin, Run: w.flushFull},
		{Name: "purge-request-records", Every: sweepInterval, Run: w.Sweep},
	}
}

// Flush writes all that waits, and returns how much that was. What cannot be
// written waits on.
func (w *Writer) Flush(ctx context.Context) (int, error) {
	w.flushing.Lock()
	defer w.flushing.Unlock()
	return w.flush(ctx, 1)
}

// flushFull writes the full batches, unless writing fails: then it is tried
// again by Flush.
func (w *Writer) flushFull(ctx context.Context) (int, error) {
	w.flushing.Lock()
	defer w.flushing.Unlock()
	if w.failing {
		return 0, nil
	}
	return w.flush(ctx, batchSize)
}

// flush writes what waits while it is at least so much: under load the rest of
// a batch is soon another one, and each costs a commit.
func (w *Writer) flush(ctx context.Context, least int) (written int, err error) {
	defer func() { w.failing = err != nil }()
	for {
		batch, lost := w.oldest()
		if len(batch) < least && (w.unsure == 0 || len(batch) == 0) {
			return written, nil
		}
		err := w.write(ctx, batch, lost)
		switch {
		case err == nil:
			w.unsure = 0
			w.written.Add(int64(len(batch)))
			w.forget(len(batch), lost)
			written += len(batch)
		case passing(err):
			if errors.Is(err, sqlconn.ErrUnknownOutcome) {
				w.unsure = len(batch)
			}
			return written, err
		default: // it would fail for ever and hold up all others
			zerolog.Ctx(ctx).Error().Str("error", sqlconn.Detail(err)).Msg("cannot store a batch of request records")
			w.unsure = 0
			w.giveUp(batch)
		}
	}
}

// passing reports whether what failed may well succeed later.
func passing(err error) bool {
	switch sqlconn.KindOf(err) {
	case sqlconn.Conflict, sqlconn.Busy, sqlconn.Lost, sqlconn.Unavailable, sqlconn.Storage, sqlconn.Timeout, sqlconn.Canceled, sqlconn.UnknownOutcome:
		return true
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// oldest returns the next batch and how many records are missing before it.
func (w *Writer) oldest() ([]*Entry, map[uuid.UUID]int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	batch := w.queue[:min(len(w.queue), cmp.Or(w.unsure, batchSize))]
	lost := make(map[uuid.UUID]int64)
	for _, e := range batch {
		if n := w.lost[e.DirectoryID]; n > 0 {
			lost[e.DirectoryID] = n
		}
	}
	return batch, lost
}

// forget takes the oldest records off the queue, and what was told as lost.
func (w *Writer) forget(n int, told map[uuid.UUID]int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.queue[:n])
	if w.queue = w.queue[n:]; len(w.queue) == 0 {
		w.queue = nil // lets go of what an outage made it grow to
	}
	for id, n := range told {
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
	w.forget(len(batch), nil)
}
