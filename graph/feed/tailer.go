package feed

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/tail"
)

// changesEvery is how often a feed is looked at that somebody follows, for what
// other replicas commit. What is committed here wakes its tailer.
const changesEvery = 500 * time.Millisecond

// tailer tails the feed of a company. It numbers changes itself, rather than
// wait until the background work does.
func (r Reader) tailer(company uuid.UUID) *tail.Tailer[int64, *ent.Change] {
	return &tail.Tailer[int64, *ent.Change]{
		Every:    changesEvery,
		Position: func(c *ent.Change) int64 { return *c.Position },
		Size:     changeSize,
		Read: func(ctx context.Context, after *int64) (rows []*ent.Change, to int64, more bool, err error) {
			if err := r.Feed.SequenceCompany(ctx, company); err != nil {
				return nil, 0, false, err
			}
			ctx = viewer.ForCompany(ctx, company)
			if after == nil {
				to, _, err = r.Feed.Ends(ctx, company)
				return nil, to, false, err
			}
			p, err := list.Fit(ctx, r.PageBytes, tail.PageSize, func(ctx context.Context, n int) (Page, error) {
				return r.Read(ctx, Filter{Company: company}, after, n)
			})
			return p.Rows, max(p.To, *after), p.To < p.Head, err
		},
	}
}

// changeSize is about how many bytes a change takes.
func changeSize(c *ent.Change) int {
	n := 512
	for _, values := range []map[string]json.RawMessage{c.Before, c.After} {
		for name, value := range values {
			n += len(name) + len(value)
		}
	}
	return n
}
