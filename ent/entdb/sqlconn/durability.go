package sqlconn

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ErrUnsafeDurability refuses a PostgreSQL that may lose commits it acknowledged.
var ErrUnsafeDurability = errors.New("sqlconn: this PostgreSQL may lose acknowledged commits")

func checkDurability(ctx context.Context, pool *sql.DB) error {
	var name string
	err := pool.QueryRowContext(ctx, `SELECT name FROM pg_settings
		WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name`).Scan(&name)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("%w: %s is off; switch it on, or allow it explicitly", ErrUnsafeDurability, name)
}
