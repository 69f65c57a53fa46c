package feed

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/tail"
	"github.com/feddir/feddir/internal/apierror"
)

// Subscribe returns the changes of the viewer's company, or of a directory of
// it, that come after a cursor; those from now on where there is none.
func (r Reader) Subscribe(ctx context.Context, v viewer.Viewer, after *string, directory *uuid.UUID, in *model.ChangeWhereInput) (<-chan *model.ChangeEdge, error) {
	from, err := NewCursors(r.Sealer, v.CompanyID).Open(after)
	if err != nil {
		return nil, err
	}
	if from == nil { // what was committed before is not told
		if err := r.Feed.SequenceCompany(ctx, v.CompanyID); err != nil {
			return nil, err
		}
	}
	head, prunedThrough, err := r.Feed.Ends(ctx, v.CompanyID)
	if err != nil {
		return nil, err
	}
	if directory != nil { // after the head: its end, from now on, is behind that
		if err := RequireDirectory(ctx, r.Feed.db.Client(ctx), *directory); err != nil {
			return nil, err
		}
	}
	if from == nil {
		from = &head
	}
	if *from < prunedThrough || *from > head {
		return nil, errResync
	}
	return r.follow(ctx, v, NewFilter(v.CompanyID, directory, in), *from), nil
}

var errResync = &apierror.Error{Code: apierror.ResyncRequired, Field: "after", Message: "after lies before what is kept: read everything anew, then go on from the latestCursor got before"}

// RequireDirectory fails unless the viewer has such a directory.
func RequireDirectory(ctx context.Context, client *ent.Client, id uuid.UUID) error {
	there, err := client.Directory.Query().Where(directory.ID(id)).Exist(ctx)
	if err == nil && !there {
		return dberror.ErrNoDirectory
	}
	return err
}

// follow delivers the changes that a filter holds for. Those of a directory end
// with it, also where the change that says so is not asked for.
func (r Reader) follow(ctx context.Context, v viewer.Viewer, wanted Filter, from int64) <-chan *model.ChangeEdge {
	read, last := wanted, func(*ent.Change) bool { return false }
	if wanted.Directory != nil {
		read = Filter{Company: wanted.Company, Directory: wanted.Directory}
		last = func(c *ent.Change) bool {
			return c.Kind == change.KindDELETED && c.ResourceType == change.ResourceTypeDIRECTORY && c.ResourceID == *wanted.Directory
		}
	}
	tailer, leave := r.Feed.Tailers.Join(ctx, v.CompanyID, func() *tail.Tailer[int64, *ent.Change] { return r.tailer(v.CompanyID) })
	cursor := NewCursors(r.Sealer, v.CompanyID).Seal
	return tail.Start(ctx, r.Delivery, &tail.Subscriber[int64, *ent.Change]{
		Tailer: tailer, At: from, Last: last,
		Matches: func(c *ent.Change) bool { return wanted.Meets(v, c) },
		Backfill: func(ctx context.Context, at int64) ([]*ent.Change, int64, error) {
			p, err := list.Fit(ctx, r.PageBytes, list.MaxPageSize, func(ctx context.Context, n int) (Page, error) {
				return r.Read(ctx, read, &at, n)
			})
			if err == nil && p.Missed {
				err = errResync
			}
			return p.Rows, p.To, err
		},
	}, leave, func(c *ent.Change) *model.ChangeEdge { return &model.ChangeEdge{Node: c, Cursor: cursor(*c.Position)} }, cursor)
}
