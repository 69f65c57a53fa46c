package sqlconn

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync/atomic"
)

// ErrReadLimit means that a context has read as much as [LimitReads] allows.
var ErrReadLimit = errors.New("sqlconn: the statements read more bytes than the limit allows")

type readLimitKey struct{}

// LimitReads returns a context whose statements may read so many bytes of values
// together; a row beyond that fails with [ErrReadLimit]. Bytes are limited and not
// rows because one row may have a megabyte.
func LimitReads(ctx context.Context, bytes int64) context.Context {
	left := new(atomic.Int64)
	left.Store(bytes)
	return context.WithValue(ctx, readLimitKey{}, left)
}

// allowance is how many bytes may still be read; nil without a limit.
type allowance = *atomic.Int64

func allowanceFrom(ctx context.Context) allowance {
	left, _ := ctx.Value(readLimitKey{}).(allowance)
	return left
}

// charge subtracts the bytes of a row from the allowance.
func charge(left allowance, row []driver.Value) error {
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
		return ErrReadLimit
	}
	return nil
}
