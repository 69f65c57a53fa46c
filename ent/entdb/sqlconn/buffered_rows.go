package sqlconn

import (
	"bytes"
	"database/sql/driver"
	"io"
	"reflect"
)

// bufferedRows is a result that was read to its end, so that its connection is free
// for the next statement: several goroutines share the connection of a read-only
// transaction, and must not wait until one of them has read its result.
type bufferedRows struct {
	columns   []string
	types     []reflect.Type
	databases []string // names of the types
	values    []driver.Value
	row       int
}

var (
	_ driver.RowsColumnTypeDatabaseTypeName = (*bufferedRows)(nil)
	_ driver.RowsColumnTypeScanType         = (*bufferedRows)(nil)
)

// bufferRows reads r to its end and closes it.
func bufferRows(r *rows) (_ driver.Rows, err error) {
	defer func() {
		if e := r.Close(); err == nil {
			err = e
		}
	}()
	w := &bufferedRows{columns: r.Columns()}
	for i := range w.columns {
		w.types = append(w.types, r.ColumnTypeScanType(i))
		w.databases = append(w.databases, r.ColumnTypeDatabaseTypeName(i))
	}
	row := make([]driver.Value, len(w.columns))
	for {
		switch err := r.Next(row); err {
		case nil:
		case io.EOF:
			return w, nil
		default:
			return nil, err
		}
		for i, v := range row {
			if b, ok := v.([]byte); ok {
				row[i] = bytes.Clone(b) // the driver's until the next row
			}
		}
		w.values = append(w.values, row...)
	}
}

func (w *bufferedRows) Columns() []string                       { return w.columns }
func (w *bufferedRows) Close() error                            { return nil }
func (w *bufferedRows) ColumnTypeScanType(i int) reflect.Type   { return w.types[i] }
func (w *bufferedRows) ColumnTypeDatabaseTypeName(i int) string { return w.databases[i] }

func (w *bufferedRows) Next(dest []driver.Value) error {
	n := len(w.columns)
	if w.row*n >= len(w.values) {
		return io.EOF
	}
	copy(dest, w.values[w.row*n:])
	w.row++
	return nil
}
