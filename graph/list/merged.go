package list

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/load"
)

// maxMerged is how many directories' pages are merged; a company with more has
// its list sorted.
const maxMerged = 50

// CompanyPage is a page of a list that directories have, of all directories of
// the viewer's company. Where an index serves the order in a directory and none
// does across the company, the page is taken from those of the directories, so
// that it costs a page of each, and not the sorting of all there are.
// directories reads the ids of at most so many directories.
func (l List[T]) CompanyPage(ctx context.Context, args Args, directories func(ctx context.Context, limit int) ([]uuid.UUID, error)) (c Connection[T], err error) {
	r, err := NewRequest(ctx, l.Scope, l.By.order, args)
	if err != nil {
		return c, err
	}
	owners, err := l.merged(ctx, directories)
	if err != nil {
		return c, err
	}
	pages, err := l.pages(owners, r)
	if err != nil {
		return c, err
	}
	rows, err := l.Read(ctx, pages, func(s *sql.Selector) { s.Limit(r.limit + 1) })
	if err != nil {
		return c, err
	}
	return truncate(r, rows, l.By.Key), nil
}

// merged are the owners whose pages make that of the company: it, or its
// directories.
func (l List[T]) merged(ctx context.Context, directories func(context.Context, int) ([]uuid.UUID, error)) ([]load.Owner, error) {
	v, _ := viewer.FromContext(ctx)
	whole := []load.Owner{{Company: v.CompanyID}}
	if v.Unscoped() || len(l.By.order.columns) == 0 || !l.By.order.columns[0].inDirectory {
		return whole, nil
	}
	ids, err := directories(ctx, maxMerged+1)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 || len(ids) > maxMerged {
		return whole, nil
	}
	owners := make([]load.Owner, len(ids))
	for i, id := range ids {
		owners[i] = load.Owner{Company: v.CompanyID, Directory: id, ID: id}
	}
	return owners, nil
}
