package graph

import (
	"context"
	"errors"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
)

// defaultPageBytes is about how much of rows a page of a list may hold; a
// resource alone may be as large as a request.
const defaultPageBytes = 16 << 20

// fitting reads a page of as many rows as fit: how many are asked for tells
// nothing of how large they are. A page may hold less than was asked for (RFC
// 7644 §3.4.2.4), so the next one starts behind it.
func fitting[T any](ctx context.Context, bytes int64, l List, read func(context.Context, List) (*Page[T], error)) (*Page[T], error) {
	for {
		page, err := read(sqlconn.LimitReads(ctx, bytes), l)
		if l.Count <= 1 || !errors.Is(err, sqlconn.ErrTooMuch) {
			return page, err
		}
		l.Count = max(1, l.Count/8)
	}
}
