package query

import (
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/filter"
)

// value is a simple value of a resource, or of one of its rows.
type value interface {
	compare(op filter.Op, o operand) condition
	present() condition
	// key is the text that lists are sorted by; NULL if there is no value.
	key(s *sql.Selector, row string) expression
}

// textOf returns the SQL of a text, which is NULL if there is none.
type textOf func(s *sql.Selector, row string) expression

func (of textOf) present() condition {
	return func(s *sql.Selector, row string) *sql.Predicate { return term(of(s, row), " IS NOT NULL") }
}

// text is a value that is text.
type text struct {
	sql           textOf
	folded        bool   // it is stored folded
	wholeText     textOf // where all of the text is, if sql has its beginning alone, a sort key
	name          bool   // and as the key of a name
	exact         bool   // case matters
	notNullColumn string // a column that is NULL where the value is absent, if the text does not tell
	equal         func(text string) condition
}

func (x text) compare(op filter.Op, o operand) condition {
	if op == filter.Equal && x.equal != nil {
		return x.equal(o.text)
	}
	return func(s *sql.Selector, row string) *sql.Predicate {
		p := x.compareTo(s, x.sql(s, row), op, o.text)
		if x.wholeText != nil {
			p = x.compareByPrefix(s, row, op, o.text)
		}
		if x.notNullColumn != "" {
			p = sql.And(sql.NotNull(s.C(x.notNullColumn)), p)
		}
		return p
	}
}

func (x text) compareTo(s *sql.Selector, subject expression, op filter.Op, v string) *sql.Predicate {
	switch {
	case x.name:
		return compareText(s, subject, op, schematype.NameKey(v))
	case x.folded:
		return compareText(s, subject, op, schematype.Fold(v))
	case x.exact:
		return compareText(s, bytewise(s, subject), op, v)
	}
	return compareFolded(s, subject, op, v)
}

func (x text) present() condition {
	return func(s *sql.Selector, row string) *sql.Predicate {
		if x.notNullColumn != "" {
			return sql.NotNull(s.C(x.notNullColumn))
		}
		return x.sql.present()(s, row)
	}
}

// constant is the same text for all.
func constant(v string, exact bool) value {
	return text{exact: exact, sql: func(*sql.Selector, string) expression { return raw(castText(quote(v))) }}
}

// boolean is a column of true and false.
func boolean(name string, _ bool) value {
	return flag{func(s *sql.Selector, _ string) expression { return raw(s.C(name)) }}
}

// flag is a value that is true or false.
type flag struct{ textOf }

func (x flag) compare(_ filter.Op, o operand) condition {
	in := " IN ('false', '0')"
	if o.truth {
		in = " IN ('true', '1')"
	}
	return func(s *sql.Selector, row string) *sql.Predicate {
		return term(x.key(s, row), in)
	}
}

func (x flag) key(s *sql.Selector, row string) expression {
	return write("CAST(", x.textOf(s, row), " AS text)")
}

// instant is a column of times that is never NULL.
type instant string

func (x instant) compare(op filter.Op, o operand) condition {
	return func(s *sql.Selector, _ string) *sql.Predicate { return compareArg(raw(s.C(string(x))), op, o.at) }
}

func (instant) present() condition { return always }

// idAtLocation returns the id at the end of a location below base, or the zero id.
func idAtLocation(base, location string) uuid.UUID {
	id, below := strings.CutPrefix(location, base)
	if !below {
		return uuid.Nil
	}
	return schematype.ParseAnyID(id)
}
