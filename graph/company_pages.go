package graph

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/viewer"
)

// maxMerged is how many directories' pages are merged; a company with more has
// its list sorted.
const maxMerged = 50

// inEachDirectory returns what narrows a query to the rows of a window. Where
// an index serves the order in a directory and none does across the company,
// these are taken from the windows of its directories, so that the page costs
// a page of each, and not the sorting of all there are.
func (r *Resolver) inEachDirectory(ctx context.Context, table string, directoryID *uuid.UUID, w window, narrow func(*sql.Selector)) (func(*sql.Selector), error) {
	v, _ := viewer.FromContext(ctx)
	if directoryID != nil || v.Unbound() || len(w.order.columns) == 0 || !w.order.columns[0].inDirectory {
		return narrow, nil
	}
	directories, err := r.client(ctx).Directory.Query().Limit(maxMerged + 1).IDs(ctx)
	if err != nil || len(directories) == 0 || len(directories) > maxMerged {
		return narrow, err
	}
	return func(s *sql.Selector) {
		pages := make([]*sql.Selector, len(directories))
		for i, id := range directories {
			t := sql.Dialect(s.Dialect()).Table(table)
			pages[i] = sql.Dialect(s.Dialect()).Select(t.C("id")).From(t).
				Where(sql.And(sql.EQ(t.C("company_id"), v.CompanyID), sql.EQ(t.C("directory_id"), id)))
			narrow(pages[i])
			w.apply(pages[i])
		}
		s.Where(anyOf(s.C("id"), pages))
	}, nil
}

// anyOf holds for the ids of pages.
func anyOf(id string, pages []*sql.Selector) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		b.WriteString(id + " IN (")
		for i, page := range pages {
			if i > 0 {
				b.WriteString(" UNION ALL ")
			}
			b.WriteString("SELECT id FROM (").Join(page).WriteString(fmt.Sprintf(") AS page%d", i))
		}
		b.WriteString(")")
	})
}
