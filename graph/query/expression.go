package query

import (
	"strings"

	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/internal/scim/filter"
)

// expression writes a piece of SQL. Values of clients are binds in it and never
// part of its text.
type expression func(b *sql.Builder)

func raw(text string) expression { return write(text) }

// quote writes a constant of the installation as SQL text.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func castText(x string) string { return "CAST(" + x + " AS text)" }

// locationOf writes the location of an id, the base and the id.
func locationOf(base string, id expression) expression {
	if base == "" {
		return id
	}
	return write("("+quote(base)+" || ", id, ")")
}

var operators = map[filter.Op]string{
	filter.Equal: " = ", filter.Greater: " > ", filter.GreaterOrEqual: " >= ", filter.Less: " < ", filter.LessOrEqual: " <= ",
}

// compareArg compares with a bind in the order of the database.
func compareArg(x expression, op filter.Op, v any) *sql.Predicate {
	return term(x, operators[op], arg(v))
}

// compareText compares byte by byte. Prefixes become ranges, for which every plan
// can use an index; LIKE has no such plan, and ignores case on SQLite.
func compareText(s *sql.Selector, x expression, op filter.Op, v string) *sql.Predicate {
	switch op {
	case filter.StartsWith:
		from := compareArg(x, filter.GreaterOrEqual, v)
		if end, ok := after(v); ok {
			return sql.And(from, compareArg(x, filter.Less, end))
		}
		return from
	case filter.Contains, filter.EndsWith:
		return comparePart(s, x, op, arg(v))
	}
	return compareArg(x, op, v)
}

// after returns the least text greater than every text that starts with prefix.
func after(prefix string) (string, bool) {
	runes := []rune(prefix)
	for i := len(runes) - 1; i >= 0; i-- {
		next := runes[i] + 1
		if next == 0xD800 { // the surrogates are no characters
			next = 0xE000
		}
		if next <= 0x10FFFF {
			return string(append(runes[:i:i], next)), true
		}
	}
	return "", false
}

func arg(v any) expression { return func(b *sql.Builder) { b.Arg(v) } }

// write concatenates pieces of SQL, texts and expressions.
func write(pieces ...any) expression {
	return func(b *sql.Builder) {
		for _, p := range pieces {
			switch p := p.(type) {
			case string:
				b.WriteString(p)
			case expression:
				p(b)
			}
		}
	}
}

func joined(p *sql.Predicate) expression { return func(b *sql.Builder) { b.Join(p) } }

func term(pieces ...any) *sql.Predicate { return sql.P(write(pieces...)) }
