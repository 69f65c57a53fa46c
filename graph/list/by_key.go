package list

import (
	"context"
	"slices"
)

// Seek asks for the part of a list after a seek key, or before it, which costs
// the same everywhere in the list.
type Seek struct {
	Key      *SeekKey // nil for the start of the list, or its end
	Backward bool     // for what stands before it
}

// byKey reads the page after a seek key, or before it. Total is how many there
// are in the whole list.
func (l Resources[T]) byKey(ctx context.Context, p Part) (*Page[T], error) {
	items, err := l.read(ctx, *p.Seek, 0, p.Count+1)
	if err != nil {
		return nil, err
	}
	page := &Page[T]{Items: items[:min(len(items), p.Count)], More: len(items) > p.Count}
	if p.Seek.Backward {
		slices.Reverse(page.Items)
	}
	for _, item := range page.Items {
		k, err := l.key(item)
		if err != nil {
			return nil, err
		}
		page.Keys = append(page.Keys, k)
	}
	if p.Seek.Key == nil && !page.More {
		page.Total = int64(len(items))
		return page, nil
	}
	page.Total, err = l.Count(ctx)
	return page, err
}
