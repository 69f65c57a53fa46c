package entdb

import (
	"context"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
)

// guard puts the wall below ent in front of every statement: see package wall.
func guard(next sqlconn.Guard) sqlconn.Guard {
	return func(ctx context.Context, query string, args []any) error {
		if next != nil {
			return next(ctx, query, args)
		}
		return nil
	}
}
