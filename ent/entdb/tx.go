package entdb

import (
	"context"

	ent "github.com/feddir/feddir/ent/generated"
)

type hooksKey struct{}

// InTx runs f in a transaction: all that f writes through [DB.Client] with its
// context is committed when f returns nil and gone when it does not. In a
// context that already runs in a transaction f simply joins it.
//
// A transaction that was certainly rolled back by the database is run again
// from its start, so f must have no other effect than on the database. A
// commit that nobody knows the outcome of is sqlconn.ErrUnknownOutcome.
func (db *DB) InTx(ctx context.Context, f func(ctx context.Context) error) error {
	if InTx(ctx) {
		return f(ctx)
	}
	return db.conn.Retry(ctx, func(ctx context.Context) error { return db.once(ctx, f) })
}

func (db *DB) once(ctx context.Context, f func(ctx context.Context) error) error {
	tx, err := db.client.Tx(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	var hooks []func()
	txCtx := ent.NewTxContext(ent.NewContext(ctx, tx.Client()), tx)
	txCtx = context.WithValue(txCtx, hooksKey{}, &hooks)
	if err := f(txCtx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	for _, hook := range hooks {
		hook()
	}
	return nil
}

// InTx reports whether ctx runs in a transaction.
func InTx(ctx context.Context) bool { return ent.TxFromContext(ctx) != nil }

// OnCommit runs f after the transaction of ctx has committed, and never when
// it has not. Outside a transaction it runs f at once.
func OnCommit(ctx context.Context, f func()) {
	if hooks, ok := ctx.Value(hooksKey{}).(*[]func()); ok {
		*hooks = append(*hooks, f)
		return
	}
	f()
}
