package sqlconn

import (
	"context"
	"database/sql"
	"errors"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// entDriver is the driver of an ent client. Outside a transaction it reads and
// nothing else.
type entDriver struct {
	entsql.Conn // over reader
	db          *DB
}

var _ dialect.Driver = (*entDriver)(nil)

// Driver returns the driver to open an ent client with. Queries outside a
// transaction go to the readers; whatever may write is refused there with
// ErrWriteOutsideTx. Tx and BeginTx go to the writer, read-only ones to the
// readers. Closing the client does not close the DB.
func (db *DB) Driver() dialect.Driver {
	return &entDriver{Conn: entsql.Conn{ExecQuerier: reader{db.read}}, db: db}
}

func (d *entDriver) Dialect() string { return d.db.dialect }

func (d *entDriver) Close() error { return nil }

func (d *entDriver) Tx(ctx context.Context) (dialect.Tx, error) { return d.BeginTx(ctx, nil) }

func (d *entDriver) BeginTx(ctx context.Context, opts *sql.TxOptions) (dialect.Tx, error) {
	pool := d.db.write
	if opts != nil && opts.ReadOnly {
		pool = d.db.read
	}
	tx, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	return &entTx{Conn: entsql.Conn{ExecQuerier: tx}, tx: tx, ctx: ctx}, nil
}

// entTx is a transaction of an ent client.
type entTx struct {
	entsql.Conn
	tx  *sql.Tx
	ctx context.Context // the one it was begun with, whose end rolls it back
}

func (t *entTx) Commit() error {
	err := t.tx.Commit()
	if cause := t.ctx.Err(); cause != nil && (errors.Is(err, sql.ErrTxDone) || errors.Is(err, cause)) {
		return &Error{Kind: Canceled, cause: cause} // COMMIT was not sent
	}
	return err
}

func (t *entTx) Rollback() error { return t.tx.Rollback() }

// reader is what a statement outside a transaction meets.
type reader struct{ pool *sql.DB }

func (r reader) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	return nil, ErrWriteOutsideTx
}

func (r reader) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return r.pool.QueryContext(ctx, query, args...)
}
