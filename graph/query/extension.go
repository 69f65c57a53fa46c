package query

import (
	"strings"

	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// extensionColumn is an attribute of an extension, which is stored as the JSON that
// was given. Each of its values, one or several, is a row e.
type extensionColumn struct{ urn, name string }

func (extensionColumn) value(_ Scope, a schema.Attribute) value {
	switch a.Type {
	case schema.Boolean:
		return flag{jsonBoolean}
	case schema.Integer, schema.Decimal:
		return number{jsonNumber}
	case schema.DateTime:
		return timeText{jsonTime}
	case "":
		return untypedValue{}
	}
	return text{sql: jsonString, exact: a.CaseExact}
}

func (x extensionColumn) any(_ Scope, f condition) condition {
	return func(s *sql.Selector, _ string) *sql.Predicate {
		return exists(x.from(s), sql.And(x.matches(s), f(s, "e")))
	}
}

func (x extensionColumn) first(s *sql.Selector, of func(row string) expression) expression {
	return write("(SELECT ", of("e"), " FROM ", x.from(s), " WHERE ", joined(x.matches(s)), " ORDER BY "+positionOf(s)+" LIMIT 1)")
}

// from returns the values of all attributes of all extensions, or on SQLite of
// those with this name.
func (x extensionColumn) from(s *sql.Selector) expression {
	if onPostgres(s) {
		return raw(extensionsOf(s) + ", json_each(CASE json_typeof(u.value) WHEN 'object' THEN u.value END) AS a," +
			" json_array_elements(CASE json_typeof(a.value) WHEN 'array' THEN a.value ELSE json_build_array(a.value) END) WITH ORDINALITY AS e(value, place)")
	}
	// fullkey is the path that SQLite makes for a key, whatever its characters.
	return write(extensionsOf(s)+", json_each(CASE u.type WHEN 'object' THEN u.value END) AS a,"+
		" json_each(u.value, CASE WHEN a.type <> 'object' AND lower(a.key) = ", arg(strings.ToLower(x.name)), " THEN a.fullkey END) AS e")
}

func positionOf(s *sql.Selector) string {
	if onPostgres(s) {
		return "e.place"
	}
	return "e.id"
}

// matches holds for the rows of from that are values of this attribute. Names and
// URNs are ASCII.
func (x extensionColumn) matches(s *sql.Selector) *sql.Predicate {
	return term(lowerASCII(s, "u.key")+" = ", arg(strings.ToLower(x.urn)), " AND "+lowerASCII(s, "a.key")+" = ", arg(strings.ToLower(x.name)),
		" AND "+typeOf(s)+" NOT IN ('object', 'array', 'null')")
}

func typeOf(s *sql.Selector) string {
	if onPostgres(s) {
		return "json_typeof(e.value)"
	}
	return "e.type"
}

// ofType writes a value if the JSON has one of some types, which have different
// names on PostgreSQL and SQLite, else NULL.
func ofType(s *sql.Selector, postgres, sqlite string, value string) expression {
	types := sqlite
	if onPostgres(s) {
		types = postgres
	}
	return raw("(CASE WHEN " + typeOf(s) + " IN (" + types + ") THEN " + value + " END)")
}

func jsonString(s *sql.Selector, _ string) expression {
	return ofType(s, "'string'", "'text'", jsonText(s))
}

func jsonBoolean(s *sql.Selector, _ string) expression {
	return ofType(s, "'boolean'", "'true', 'false'", jsonText(s))
}

// jsonText writes a value of any type as text.
func jsonText(s *sql.Selector) string {
	if onPostgres(s) {
		return "(e.value #>> '{}')"
	}
	return "(CASE WHEN e.type IN ('true', 'false') THEN e.type ELSE CAST(e.value AS text) END)"
}

// untypedValue is a value of an attribute without a schema. Numbers are compared
// as numbers, other values as text ignoring case, the default for attributes (RFC
// 7643 §2.2).
type untypedValue struct{}

func anyText(s *sql.Selector, _ string) expression { return raw(jsonText(s)) }

func (untypedValue) compare(op filter.Op, o operand) condition {
	asText := text{sql: anyText}.compare(op, o)
	if o.kind != filter.Number {
		return asText
	}
	asString, asNumber := text{sql: jsonString}.compare(op, o), number{jsonNumber}.compare(op, o)
	return func(s *sql.Selector, row string) *sql.Predicate {
		if _, ok := operators[op]; !ok {
			return asText(s, row)
		}
		return sql.Or(asNumber(s, row), asString(s, row))
	}
}

func (untypedValue) present() condition { return text{sql: anyText}.present() }

func (untypedValue) key(s *sql.Selector, row string) expression {
	return text{sql: anyText}.key(s, row)
}
