package sqlconn

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ErrEncoding refuses a PostgreSQL database that cannot hold every text.
var ErrEncoding = errors.New("sqlconn: the encoding of this PostgreSQL database is not UTF8")

func checkEncoding(ctx context.Context, pool *sql.DB) error {
	var encoding string
	if err := pool.QueryRowContext(ctx, "SELECT current_setting('server_encoding')").Scan(&encoding); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return fmt.Errorf("%w but %s; make one with ENCODING 'UTF8' TEMPLATE template0", ErrEncoding, encoding)
	}
	return nil
}
