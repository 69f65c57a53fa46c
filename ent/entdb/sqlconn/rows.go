package sqlconn

import (
	"context"
	"database/sql/driver"
	"io"
	"reflect"
)

// rows is an open result. Closing it ends the statement's scope. It passes the
// driver's metadata of columns on.
type rows struct {
	driver.Rows
	c    *conn
	ctx  context.Context
	done func()
	left allowance
}

var (
	_ driver.RowsNextResultSet              = (*rows)(nil)
	_ driver.RowsColumnTypeDatabaseTypeName = (*rows)(nil)
	_ driver.RowsColumnTypeScanType         = (*rows)(nil)
)

func (r *rows) Next(dest []driver.Value) error {
	switch err := r.Rows.Next(dest); err {
	case nil:
		return charge(r.left, dest)
	case io.EOF:
		return err
	default:
		return r.c.wrap(r.ctx, err)
	}
}

func (r *rows) Close() error {
	if r.done == nil {
		return nil
	}
	err := r.Rows.Close()
	r.done()
	r.done = nil
	r.c.rowsOpen = false
	if err != nil {
		return r.c.wrap(r.ctx, err)
	}
	return nil
}

func (r *rows) HasNextResultSet() bool {
	n, ok := r.Rows.(driver.RowsNextResultSet)
	return ok && n.HasNextResultSet()
}

func (r *rows) NextResultSet() error {
	if n, ok := r.Rows.(driver.RowsNextResultSet); ok {
		return n.NextResultSet()
	}
	return io.EOF
}

func (r *rows) ColumnTypeDatabaseTypeName(i int) string {
	if n, ok := r.Rows.(driver.RowsColumnTypeDatabaseTypeName); ok {
		return n.ColumnTypeDatabaseTypeName(i)
	}
	return ""
}

func (r *rows) ColumnTypeScanType(i int) reflect.Type {
	if n, ok := r.Rows.(driver.RowsColumnTypeScanType); ok {
		return n.ColumnTypeScanType(i)
	}
	return reflect.TypeFor[any]()
}
