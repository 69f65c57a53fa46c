package where

import (
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/scimadapter/filter"
)

// compareCase compares text that is stored as it was given. PostgreSQL orders
// it by bytes here, as everywhere else in a filter.
func compareCase(s *sql.Selector, x expression, op filter.Op, v string, exact bool) *sql.Predicate {
	postgres := s.Dialect() == dialect.Postgres
	switch {
	case exact && postgres:
		return compareText(x+` COLLATE "C"`, op, v)
	case exact:
		return compareText(x, op, v)
	case postgres:
		return compareLower(x, op, v)
	}
	return compareText(entdb.FoldFunction+"("+x+")", op, schematype.Fold(v))
}

// compareLower compares without regard to case on PostgreSQL.
func compareLower(x expression, op filter.Op, v string) *sql.Predicate {
	return compareText("lower("+x+`) COLLATE "C"`, op, schematype.Fold(v))
}

// member is the SQL that reads a member of a JSON object as text.
func member(s *sql.Selector, object, name string) expression {
	if s.Dialect() == dialect.Postgres {
		return expression("(" + object + "->>" + quote(name) + ")")
	}
	return expression("json_extract(" + object + ", " + quote(`$."`+name+`"`) + ")")
}

// anyElement holds when f holds for an element of a JSON array in a column.
func anyElement(s *sql.Selector, name string, f func(element string) *sql.Predicate) *sql.Predicate {
	const alias = "e"
	from, element := "json_each("+s.C(name)+") AS "+alias, alias+".value"
	if s.Dialect() == dialect.Postgres {
		from, element = "json_array_elements("+s.C(name)+") AS "+alias+"(value)", alias+".value"
	}
	inner := f(element)
	return sql.P(func(b *sql.Builder) {
		b.WriteString("EXISTS (SELECT 1 FROM " + from + " WHERE ").Join(inner).WriteString(")")
	})
}

// quote writes a constant of ours as SQL text. It is never given what a client sent.
func quote(s string) string { return "'" + s + "'" }
