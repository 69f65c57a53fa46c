package sqlconn

import (
	"context"
	"database/sql"
	"errors"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// entDriver is the driver of an ent client. Outside a transaction it only reads.
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
	return &entDriver{Conn: entsql.Conn{ExecQuerier: readQuerier{db.read}}, db: db}
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
	w := &txQuerier{tx, ctx}
	return &entTx{Conn: entsql.Conn{ExecQuerier: w}, querier: w}, nil
}

// entTx is a transaction of an ent client.
type entTx struct {
	entsql.Conn // over querier
	querier     *txQuerier
}

func (t *entTx) Commit() error   { return t.querier.wrap(t.querier.tx.Commit()) }
func (t *entTx) Rollback() error { return t.querier.tx.Rollback() }

// txQuerier runs the statements of a transaction.
type txQuerier struct {
	tx  *sql.Tx
	ctx context.Context // the transaction is rolled back when it ends
}

func (w *txQuerier) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	res, err := w.tx.ExecContext(ctx, query, args...)
	return res, w.wrap(err)
}

func (w *txQuerier) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := w.tx.QueryContext(ctx, query, args...)
	return rows, w.wrap(err)
}

// wrap returns Canceled if the transaction is over because its context ended.
func (w *txQuerier) wrap(err error) error {
	if cause := w.ctx.Err(); cause != nil && errors.Is(err, sql.ErrTxDone) {
		return &Error{Kind: Canceled, cause: cause}
	}
	return err
}

// readQuerier runs statements outside a transaction. It refuses writes.
type readQuerier struct{ pool *sql.DB }

func (r readQuerier) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	return nil, ErrWriteOutsideTx
}

func (r readQuerier) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return r.pool.QueryContext(ctx, query, args...)
}
