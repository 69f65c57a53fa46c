package feed

import (
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/feed"
	"github.com/feddir/feddir/graph/tail"
	"github.com/feddir/feddir/internal/jobs"
)

// DefaultKeep is how long changes are kept unless configured otherwise.
const DefaultKeep = 365 * 24 * time.Hour

const (
	sequenceInterval = time.Second
	pruneInterval    = 10 * time.Minute
)

// Config is how feeds are kept. What is zero has the value that is named.
type Config struct {
	Keep time.Duration    // how long changes are kept; DefaultKeep
	Now  func() time.Time // time.Now
}

// Feed is the feeds of all companies. Safe for concurrent use, by several
// replicas too: they take turns on a row of each company's.
type Feed struct {
	db  *entdb.DB
	cfg Config

	Tailers tail.Tailers[int64, *ent.Change] // of changes, by company; [Feed.Record] wakes them
}

// New returns the feeds of db.
func New(db *entdb.DB, cfg Config) *Feed {
	cfg.Keep = cmp.Or(cfg.Keep, DefaultKeep)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Feed{db: db, cfg: cfg}
}

// Jobs returns the background work.
func (f *Feed) Jobs() []jobs.Job {
	return []jobs.Job{
		{Name: "sequence-changes", Every: sequenceInterval, Run: f.Sequence},
		{Name: "prune-changes", Every: pruneInterval, Run: f.Prune},
	}
}

// Ends returns the sequence of the last change that a company's feed has, and
// that of the last one that was pruned.
func (f *Feed) Ends(ctx context.Context, company uuid.UUID) (head, prunedThrough int64, err error) {
	row, err := f.db.Client(ctx).Feed.Query().Where(feed.CompanyID(company)).Only(ctx)
	if ent.IsNotFound(err) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	return row.Position, row.Swept, nil
}

// inTx runs f in a transaction and returns how much it did.
func inTx(ctx context.Context, db *entdb.DB, do func(context.Context) (int, error)) (n int, err error) {
	err = db.InTx(ctx, func(ctx context.Context) (err error) {
		n, err = do(ctx)
		return err
	})
	return n, err
}
