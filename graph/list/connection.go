package list

import (
	"slices"

	"github.com/feddir/feddir/graph/model"
)

// Connection is a page of a connection: its rows, with the cursor of each.
type Connection[T any] struct {
	Rows    []T
	Cursors []string
	Info    *model.PageInfo
}

// truncate takes the row too many off and puts the rows into the order asked
// for. The rows stay as they are: another page may show them too.
func truncate[T any](r Request, rows []T, key func(T) SeekKey) Connection[T] {
	more := len(rows) > r.limit
	rows = rows[:min(len(rows), r.limit)]
	c := Connection[T]{rows, make([]string, len(rows)), &model.PageInfo{HasNextPage: more, HasPreviousPage: r.after != nil}}
	if r.backward {
		c.Info.HasNextPage, c.Info.HasPreviousPage = r.before != nil, more
		c.Rows = slices.Clone(rows)
		slices.Reverse(c.Rows)
	}
	for i, row := range c.Rows {
		c.Cursors[i] = r.cursors.Seal(key(row))
	}
	if len(rows) > 0 {
		c.Info.StartCursor, c.Info.EndCursor = &c.Cursors[0], &c.Cursors[len(rows)-1]
	}
	return c
}

// Edges makes the edges of a connection.
func Edges[T, E any](c Connection[T], edge func(row T, cursor string) E) []E {
	edges := make([]E, len(c.Rows))
	for i, row := range c.Rows {
		edges[i] = edge(row, c.Cursors[i])
	}
	return edges
}
