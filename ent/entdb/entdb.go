package entdb

import (
	"context"
	"fmt"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	_ "github.com/feddir/feddir/ent/generated/runtime" // the policies work only with it
)

// DB is an open database with the model on it. Safe for concurrent use.
type DB struct {
	conn   *sqlconn.DB
	client *ent.Client
}

// Open opens the database that cfg names. Its schema must be current: see
// [DB.Migrate].
func Open(ctx context.Context, cfg sqlconn.Config) (*DB, error) {
	cfg.Guard = newGuard(cfg.Guard)
	conn, err := sqlconn.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &DB{conn: conn, client: ent.NewClient(ent.Driver(conn.Driver()))}, nil
}

// OpenCurrent opens the database that cfg names and applies what migrations it lacks.
func OpenCurrent(ctx context.Context, cfg sqlconn.Config) (*DB, error) {
	db, err := Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if _, err := db.Migrate(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("migrating the database: %w", err)
	}
	return db, nil
}

// Client returns the client of the transaction that ctx runs in, or that of its
// snapshot, or the one that reads outside of any.
func (db *DB) Client(ctx context.Context) *ent.Client {
	if c := ent.FromContext(ctx); c != nil {
		return c
	}
	if c, ok := ctx.Value(snapshotKey{}).(*ent.Client); ok {
		return c
	}
	return db.client
}

type snapshotKey struct{}

// WithSnapshot returns a context in which all that [DB.Client] reads is one
// state of the database, that of the first statement; no transaction begins
// before it. Several goroutines may read. What [DB.InTx] does is apart from it.
// The caller must end it.
func (db *DB) WithSnapshot(ctx context.Context) (_ context.Context, end func() error) {
	s := db.conn.Snapshot(ctx)
	return context.WithValue(ctx, snapshotKey{}, ent.NewClient(ent.Driver(s))), s.Close
}

// Conn returns the connections below the model: for statistics and readiness.
func (db *DB) Conn() *sqlconn.DB { return db.conn }

// Dialect returns the dialect of the database as ent names it.
func (db *DB) Dialect() string { return db.conn.Dialect() }

// Close closes the database.
func (db *DB) Close() error { return db.conn.Close() }
