package query

import (
	"fmt"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/filter"
)

func onPostgres(s *sql.Selector) bool { return s.Dialect() == dialect.Postgres }

// bytewise makes PostgreSQL compare text by bytes; SQLite always does.
func bytewise(s *sql.Selector, x expression) expression {
	if onPostgres(s) {
		return write(x, ` COLLATE "C"`)
	}
	return x
}

// comparePart compares a part of a text byte by byte.
func comparePart(s *sql.Selector, x expression, op filter.Op, v expression) *sql.Predicate {
	switch {
	case op == filter.Contains && onPostgres(s):
		return term("strpos(", x, ", ", v, ") > 0")
	case op == filter.Contains:
		return term("instr(", x, ", ", v, ") > 0")
	case op == filter.StartsWith && onPostgres(s):
		return term("starts_with(", x, ", ", v, ")")
	case onPostgres(s):
		return term("right(", x, ", char_length(", v, ")) = ", v)
	}
	return term("substr(", x, ", -length(", v, "), length(", v, ")) = ", v)
}

// lowerASCII writes ASCII text in lower case, whatever the locale of the database.
func lowerASCII(s *sql.Selector, x string) string {
	if onPostgres(s) {
		return "lower(" + x + ` COLLATE "C")`
	}
	return "lower(" + x + ")"
}

// member is the SQL that reads a member of a JSON object as text.
func member(s *sql.Selector, object, name string) expression {
	if onPostgres(s) {
		return raw("(" + object + "->>" + quote(name) + ")")
	}
	return raw("json_extract(" + object + ", " + quote(`$."`+name+`"`) + ")")
}

// elementsOf returns the SQL for the elements of a JSON array in a column, each a
// row with its value, and for their positions in the array.
func elementsOf(s *sql.Selector, column string) (from, position string) {
	if onPostgres(s) {
		return "json_array_elements(" + s.C(column) + ") WITH ORDINALITY AS e(value, place)", "e.place"
	}
	return "json_each(" + s.C(column) + ") AS e", "e.key"
}

// asUserID writes a text as an id if it is that of a user, else as NULL.
func asUserID(s *sql.Selector, x string) string {
	if onPostgres(s) {
		return "(CASE WHEN " + x + " ~ " + quote("^"+userIDPattern+"$") + " THEN CAST(" + x + " AS uuid) END)"
	}
	return "(CASE WHEN " + x + " GLOB " + quote(userIDGlob) + " THEN " + x + " END)"
}

// The patterns of ids of users, for PostgreSQL and for SQLite.
var (
	userIDPattern = idPattern(schematype.TypeUser, func(n int) string { return fmt.Sprintf("[0-9a-f]{%d}", n) })
	userIDGlob    = idPattern(schematype.TypeUser, func(n int) string { return strings.Repeat("[0-9a-f]", n) })
)

// idPattern is the pattern of the ids of a type: see schematype.NewID.
func idPattern(t schematype.Type, hex func(n int) string) string {
	return hex(8) + "-" + hex(4) + "-7" + hex(3) + "-" + hex(2) + fmt.Sprintf("%02x", byte(t)) + "-" + hex(12)
}
