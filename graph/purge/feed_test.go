package purge_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/feed"
	"github.com/feddir/feddir/graph/purge"
)

// Sequencing locks a company's feed and then its changes, so the purge has to
// wait for the feed before it has any change.
func TestPurgeLocksFeedBeforeChanges(t *testing.T) {
	t.Parallel()
	url := dbtest.Postgres(t)
	var asked []string
	db, err := entdb.OpenCurrent(t.Context(), sqlconn.Config{URL: url, LockTimeout: time.Minute, Guard: func(_ context.Context, query string, _ []any) error {
		asked = append(asked, query)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	o := newOwned(t, db)
	write(t, db, func(ctx context.Context, c *ent.Client) error {
		return c.Feed.Create().SetCompanyID(o.company).Exec(ctx)
	})
	p := purge.New(db)
	write(t, db, func(ctx context.Context, _ *ent.Client) error { return p.HideCompany(ctx, o.company) })
	asked = nil
	if _, err := p.Deleted(t.Context()); err != nil {
		t.Fatal(err)
	}
	locked, read := first(asked, feed.Table, "FOR NO KEY UPDATE"), first(asked, "changes")
	if locked < 0 || read < locked {
		t.Errorf("the feed is locked by statement %d, changes are read by %d of %q", locked, read, asked)
	}
}

// first returns which statement is the first that has all of some words in it.
func first(statements []string, words ...string) int {
	return slices.IndexFunc(statements, func(s string) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(s, w) })
	})
}
