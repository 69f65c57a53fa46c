package sqlconn

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync/atomic"
)

// ErrTooMuch says that a context has read as much as [LimitReads] allows.
var ErrTooMuch = errors.New("sqlconn: more was asked for than may be read")

type readLimitKey struct{}

// LimitReads returns a context for which at most so many bytes of values are
// read; what would be more fails with [ErrTooMuch]. How many rows are read says
// little: one of them may hold a megabyte.
func LimitReads(ctx context.Context, bytes int64) context.Context {
	left := new(atomic.Int64)
	left.Store(bytes)
	return context.WithValue(ctx, readLimitKey{}, left)
}

// allowance is what may still be read; nil for any amount.
type allowance = *atomic.Int64

func allowanceOf(ctx context.Context) allowance {
	left, _ := ctx.Value(readLimitKey{}).(allowance)
	return left
}

// spend takes the bytes of a row from what may still be read.
func spend(left allowance, row []driver.Value) error {
	if left == nil {
		return nil
	}
	n := 0
	for _, v := range row {
		switch v := v.(type) {
		case []byte:
			n += len(v)
		case string:
			n += len(v)
		default:
			n += 8
		}
	}
	if left.Add(-int64(n)) < 0 {
		return ErrTooMuch
	}
	return nil
}
