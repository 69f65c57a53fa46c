package where

import (
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/scimadapter/filter"
	"github.com/feddir/feddir/scimadapter/schema"
)

// column is where an attribute is stored and how it is compared there.
type column interface {
	compare(c compiler, t schema.Target, op filter.Op, v filter.Value) (condition, error)
	present(c compiler, t schema.Target) (condition, error)
	elements(c compiler, t schema.Target, e filter.Expr) (condition, error)
}

// single is embedded by columns of attributes without elements.
type single struct{}

func (single) elements(_ compiler, t schema.Target, _ filter.Expr) (condition, error) {
	return nil, errorf("%s has no elements to select", t.Name)
}

// text is a column of text, or what part gives of one.
type text struct {
	single
	name   string
	folded bool   // the column holds folded text, so an index serves every comparison
	unless string // a column that is NULL when the attribute is absent; name where empty
}

func (x text) compare(_ compiler, t schema.Target, op filter.Op, v filter.Value) (condition, error) {
	if v.Kind == filter.Null {
		return absent(x.nullable()), nil
	}
	exact := t.Attribute.CaseExact
	return func(s *sql.Selector) *sql.Predicate {
		subject := expression(s.C(x.name))
		if x.folded {
			return sql.And(sql.NotNull(s.C(x.nullable())), compareText(subject, op, schematype.Fold(v.Text)))
		}
		return compareCase(s, subject, op, v.Text, exact)
	}, nil
}

func (x text) present(compiler, schema.Target) (condition, error) {
	return not(absent(x.nullable())), nil
}

func (x text) nullable() string {
	if x.unless != "" {
		return x.unless
	}
	return x.name
}

func absent(name string) condition {
	return func(s *sql.Selector) *sql.Predicate { return sql.IsNull(s.C(name)) }
}

// boolean is a column of true and false.
type boolean struct {
	single
	name string
}

func (x boolean) compare(_ compiler, t schema.Target, op filter.Op, v filter.Value) (condition, error) {
	value, ok := v.Bool()
	if !ok || op != filter.Equal {
		return nil, errorf("%s is compared with eq or ne and true or false", t.Name)
	}
	return func(s *sql.Selector) *sql.Predicate { return sql.EQ(s.C(x.name), value) }, nil
}

func (boolean) present(compiler, schema.Target) (condition, error) { return always, nil }

// identity is the column of ids.
type identity struct{ single }

func (identity) compare(_ compiler, _ schema.Target, op filter.Op, v filter.Value) (condition, error) {
	if op == filter.Equal {
		id := schematype.ParseAnyID(v.Text)
		return func(s *sql.Selector) *sql.Predicate { return sql.EQ(s.C("id"), id) }, nil
	}
	return func(s *sql.Selector) *sql.Predicate {
		return compareText(expression("CAST("+s.C("id")+" AS text)"), op, v.Text)
	}, nil
}

func (identity) present(compiler, schema.Target) (condition, error) { return always, nil }

// meta is the columns of the attribute meta.
type meta struct{ resourceType string }

func (m meta) compare(_ compiler, t schema.Target, op filter.Op, v filter.Value) (condition, error) {
	if t.SubAttribute == nil {
		return nil, errorf("meta is compared by its sub-attributes")
	}
	switch t.SubAttribute.Name {
	case "created":
		return compareTime("created_at", op, v)
	case "lastModified":
		return compareTime("updated_at", op, v)
	case "resourceType":
		if op == filter.Equal && v.Text == m.resourceType {
			return always, nil
		}
		return never, nil
	}
	return nil, errorf("filtering on meta.%s is not supported", t.SubAttribute.Name)
}

func (meta) present(compiler, schema.Target) (condition, error) { return always, nil }

func (meta) elements(compiler, schema.Target, filter.Expr) (condition, error) {
	return nil, errorf("meta has no elements to select")
}

func compareTime(name string, op filter.Op, v filter.Value) (condition, error) {
	at, err := time.Parse(time.RFC3339Nano, v.Text)
	if err != nil {
		return nil, errorf("a time is written as 2026-11-22T09:30:00Z")
	}
	make, ok := map[filter.Op]func(string, any) *sql.Predicate{
		filter.Equal: sql.EQ, filter.Greater: sql.GT, filter.GreaterOrEqual: sql.GTE, filter.Less: sql.LT, filter.LessOrEqual: sql.LTE,
	}[op]
	if !ok {
		return nil, errorf("times are not compared with %s", op)
	}
	return func(s *sql.Selector) *sql.Predicate { return make(s.C(name), at.UTC()) }, nil
}

// expression is a piece of SQL that gives text.
type expression string

// compareText compares byte by byte. Prefixes become ranges, which an index
// serves under every plan; LIKE would not.
func compareText(x expression, op filter.Op, v string) *sql.Predicate {
	compare := func(operator, v string) *sql.Predicate {
		return sql.P(func(b *sql.Builder) { b.WriteString(string(x) + " " + operator + " ").Arg(v) })
	}
	switch op {
	case filter.Equal:
		return compare("=", v)
	case filter.Greater:
		return compare(">", v)
	case filter.GreaterOrEqual:
		return compare(">=", v)
	case filter.Less:
		return compare("<", v)
	case filter.LessOrEqual:
		return compare("<=", v)
	case filter.StartsWith:
		if end, ok := after(v); ok {
			return sql.And(compare(">=", v), compare("<", end))
		}
		return compare(">=", v)
	case filter.Contains:
		return like(x, "%"+escapeLike(v)+"%")
	case filter.EndsWith:
		return like(x, "%"+escapeLike(v))
	}
	return sql.False()
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

func like(x expression, pattern string) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		b.WriteString(string(x) + " LIKE ").Arg(pattern).WriteString(` ESCAPE '!'`)
	})
}

func escapeLike(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}
