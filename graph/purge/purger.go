package purge

import (
	"context"
	"errors"
	"time"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/internal/jobs"
)

const interval = 10 * time.Minute

// Purger deletes what is kept no longer. Safe for concurrent use, by several
// replicas too.
type Purger struct {
	db  *entdb.DB
	due jobs.Signal
}

// New returns a purger of db. Its jobs do the work.
func New(db *entdb.DB) *Purger { return &Purger{db: db, due: jobs.NewSignal()} }

// Jobs returns the background work.
func (p *Purger) Jobs() []jobs.Job {
	return []jobs.Job{
		{Name: "purge-deleted", Every: interval, Wake: p.due, AtStart: true, Run: p.Deleted},
		{Name: "purge-expired", Every: interval, Run: p.Expired},
	}
}

// tally adds up what parts of a run deleted, and what they failed with.
type tally struct {
	deleted int
	errs    []error
}

// repeat runs a part of the work, each time in a transaction of its own, until
// it finds nothing to delete or fails.
func (t *tally) repeat(ctx context.Context, db *entdb.DB, part func(context.Context) (int, error)) {
	for {
		n := 0
		err := db.InTx(ctx, func(ctx context.Context) (err error) {
			n, err = part(ctx)
			return err
		})
		if err != nil {
			t.errs = append(t.errs, err)
			return
		}
		if t.deleted += n; n == 0 {
			return
		}
	}
}

func (t *tally) result() (int, error) { return t.deleted, errors.Join(t.errs...) }
