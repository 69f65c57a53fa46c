package list

import (
	"context"
	"errors"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
)

// PageBytes is about how much of rows a page may hold; a resource alone may be
// as large as a request.
const PageBytes = 16 << 20

// Fit reads n rows, or as many as fit: how many are asked for tells nothing of
// how large they are.
func Fit[T any](ctx context.Context, bytes int64, n int, read func(ctx context.Context, n int) (T, error)) (T, error) {
	for {
		if n <= 1 {
			return read(ctx, n)
		}
		page, err := read(sqlconn.LimitReads(ctx, bytes), n)
		if !errors.Is(err, sqlconn.ErrReadLimit) {
			return page, err
		}
		n = max(1, n/8)
	}
}
