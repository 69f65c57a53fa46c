package graph

import (
	"context"
	"slices"

	"github.com/feddir/feddir/graph/query"
)

// Place is where a user or group stands in a list.
type Place = query.Place

// Beside asks for the part of a list behind a place, or before it, which costs
// the same everywhere in the list.
type Beside struct {
	Place    *Place // nil for the start of the list, or its end
	Backward bool   // for what stands before it
}

// readBeside reads the page beside a place. Total is how many there are in the
// whole list.
func readBeside[T any](ctx context.Context, l List, s source[T]) (*Page[T], error) {
	at := *l.Beside
	items, err := s.read(ctx, s.order.From(at.Place, at.Backward), 0, l.Count+1)
	if err != nil {
		return nil, err
	}
	page := &Page[T]{Items: items[:min(len(items), l.Count)], More: len(items) > l.Count}
	if at.Backward {
		slices.Reverse(page.Items)
	}
	for _, item := range page.Items {
		p, err := s.place(item)
		if err != nil {
			return nil, err
		}
		page.Places = append(page.Places, p)
	}
	if at.Place == nil && !page.More {
		page.Total = int64(len(items))
		return page, nil
	}
	page.Total, err = s.count(ctx)
	return page, err
}
