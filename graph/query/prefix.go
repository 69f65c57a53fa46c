package query

import (
	"unicode/utf8"

	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/filter"
)

// compareByPrefix compares a text whose prefix is stored folded as a sort key. An
// index serves equality and prefixes; the whole text is compared only where it may
// be longer than the sort key.
func (x text) compareByPrefix(s *sql.Selector, row string, op filter.Op, v string) *sql.Predicate {
	beginning := x.sql(s, row)
	key := schematype.SortKey(v)
	short := utf8.RuneCountInString(key) < schematype.SortKeyLength
	switch {
	case short && (op == filter.Equal || op == filter.StartsWith):
		return x.compareTo(s, beginning, op, v)
	case op == filter.Equal || op == filter.StartsWith:
		return sql.And(compareText(s, beginning, filter.StartsWith, key), compareFolded(s, x.wholeText(s, row), op, v))
	}
	return sql.Or(
		sql.And(compareArg(length(beginning), filter.Less, schematype.SortKeyLength), x.compareTo(s, beginning, op, v)),
		sql.And(compareArg(length(beginning), filter.GreaterOrEqual, schematype.SortKeyLength), compareFolded(s, x.wholeText(s, row), op, v)),
	)
}

func length(x expression) expression { return write("length(", x, ")") }
