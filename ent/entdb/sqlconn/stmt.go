package sqlconn

import (
	"context"
	"database/sql/driver"
)

type execQuerier interface {
	driver.ExecerContext
	driver.QueryerContext
}

// stmt satisfies database/sql's Prepare: the text is looked up anew on each use.
type stmt struct {
	conn  execQuerier
	query string
}

func prepare(c execQuerier, query string) (driver.Stmt, error) { return &stmt{c, query}, nil }

func (s *stmt) Close() error  { return nil }
func (s *stmt) NumInput() int { return -1 }

func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.conn.ExecContext(ctx, s.query, args)
}

func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.conn.QueryContext(ctx, s.query, args)
}

func (s *stmt) Exec([]driver.Value) (driver.Result, error) { return nil, driver.ErrSkip }
func (s *stmt) Query([]driver.Value) (driver.Rows, error)  { return nil, driver.ErrSkip }
