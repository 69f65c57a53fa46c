package sqlconn

import (
	"context"
	"database/sql"
	"sync"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// Snapshot is the driver of an ent client that reads one state of the database:
// that of its first statement. It begins a transaction at that statement, so an
// unused one costs nothing. Several goroutines may read from it; their statements
// take turns. It refuses writes.
type Snapshot struct {
	entsql.Conn // over reads
	db          *DB
	tx          *snapshotTx
}

var _ dialect.Driver = (*Snapshot)(nil)

// Snapshot returns a snapshot for reading until ctx ends. The caller must Close it.
func (db *DB) Snapshot(ctx context.Context) *Snapshot {
	r := &snapshotTx{pool: db.read, ctx: ctx, opts: sql.TxOptions{ReadOnly: true}}
	if db.dialect == dialect.Postgres { // a SQLite transaction is one by itself
		r.opts.Isolation = sql.LevelRepeatableRead
	}
	return &Snapshot{Conn: entsql.Conn{ExecQuerier: r}, db: db, tx: r}
}

// Dialect implements dialect.Driver.
func (s *Snapshot) Dialect() string { return s.db.dialect }

// Tx fails: a snapshot is a transaction, and cannot write.
func (s *Snapshot) Tx(context.Context) (dialect.Tx, error) { return nil, ErrWriteOutsideTx }

// Close ends the snapshot. Later reads fail.
func (s *Snapshot) Close() error { return s.tx.close() }

// snapshotTx is the transaction of a snapshot, if it has begun.
type snapshotTx struct {
	pool *sql.DB
	ctx  context.Context
	opts sql.TxOptions

	mu    sync.Mutex
	tx    *txQuerier
	ended bool
}

func (r *snapshotTx) begin() (*txQuerier, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return nil, sql.ErrTxDone
	}
	if r.tx == nil {
		tx, err := r.pool.BeginTx(r.ctx, &r.opts)
		if err != nil {
			return nil, err
		}
		r.tx = &txQuerier{tx, r.ctx}
	}
	return r.tx, nil
}

func (r *snapshotTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	tx, err := r.begin()
	if err != nil {
		return nil, err
	}
	return tx.QueryContext(ctx, query, args...)
}

func (r *snapshotTx) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	return nil, ErrWriteOutsideTx
}

func (r *snapshotTx) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	if r.tx == nil {
		return nil
	}
	return r.tx.tx.Rollback()
}
