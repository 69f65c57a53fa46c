package repair

import (
	"context"
	"errors"
	"time"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/internal/jobs"
)

const interval = 24 * time.Hour

// Repair corrects a database. Safe for concurrent use, by several replicas too.
type Repair struct {
	db   *entdb.DB
	feed *feed.Feed
}

// New returns what corrects db, and the counts that f applies changes to.
func New(db *entdb.DB, f *feed.Feed) *Repair { return &Repair{db, f} }

// Jobs returns the background work.
func (r *Repair) Jobs() []jobs.Job {
	return []jobs.Job{
		{Name: "correct-counts", Every: interval, AtStart: true, Run: r.Counts},
		{Name: "rekey-names", Every: interval, AtStart: true, Run: r.Names},
	}
}

// part corrects something of a directory, and returns how many rows were wrong.
type part func(ctx context.Context, d *ent.Directory) (int, error)

// eachDirectory corrects parts of all directories. What fails in one does not
// stop the others.
func (r *Repair) eachDirectory(ctx context.Context, parts ...part) (corrected int, err error) {
	ctx = viewer.WithSystem(ctx, viewer.Sequence)
	directories, err := r.db.Client(ctx).Directory.Query().All(ctx)
	failed := []error{err}
	for _, d := range directories {
		for _, correct := range parts {
			n, err := correct(ctx, d)
			corrected += n
			failed = append(failed, err)
		}
	}
	return corrected, errors.Join(failed...)
}
