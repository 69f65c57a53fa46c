package sqlconn

import (
	"errors"
	"strconv"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

func classifySQLite(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if e := contextError(err); e != nil {
		return e
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return &Error{Kind: Internal, cause: err}
	}
	out := &Error{Kind: Internal, Code: strconv.Itoa(e.Code()), cause: e}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		out.Kind = Unique
		out.Table, out.Columns, out.Constraint = uniqueKey(e.Error())
		return out
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		out.Kind = ForeignKey
		return out
	case sqlite3.SQLITE_CONSTRAINT_DATATYPE:
		out.Kind = Input
		return out
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CONSTRAINT:
		out.Kind = Check
	case sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG:
		out.Kind = Input
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		out.Kind = Busy
	case sqlite3.SQLITE_INTERRUPT:
		out.Kind = Timeout
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
		sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PERM:
		out.Kind = Storage
	}
	return out
}

// uniqueKey reads "UNIQUE constraint failed: users.directory_id, users.name" and
// "UNIQUE constraint failed: index 'name'".
func uniqueKey(text string) (table string, columns []string, index string) {
	_, list, ok := strings.Cut(text, "UNIQUE constraint failed: ")
	if !ok {
		return "", nil, ""
	}
	if i := strings.LastIndex(list, " ("); i >= 0 { // the driver appends the code
		list = list[:i]
	}
	if name, ok := strings.CutPrefix(list, "index '"); ok {
		return "", nil, strings.TrimSuffix(name, "'")
	}
	for qualified := range strings.SplitSeq(list, ", ") {
		var column string
		table, column, _ = strings.Cut(qualified, ".")
		columns = append(columns, column)
	}
	return table, columns, ""
}
