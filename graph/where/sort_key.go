package where

import (
	"strconv"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/scimadapter/schema"
)

// sortable is a column that lists can be sorted by.
type sortable interface {
	sortKey(t schema.Target) (*sortKey, error)
}

// sortKey is the text that rows are sorted by, byte by byte.
type sortKey struct {
	write    func(s *sql.Selector, b *sql.Builder)
	required bool // it is never NULL
}

// of is the SQL of a key. Text that may be NULL is marked so that NULL is
// greater than any text, on both databases, and can be compared.
func (k sortKey) of(s *sql.Selector) sql.Querier {
	return sql.ExprFunc(func(b *sql.Builder) {
		if k.required {
			k.write(s, b)
			return
		}
		b.WriteString("COALESCE('=' || ")
		k.write(s, b)
		b.WriteString(", '>')")
	})
}

// maxKey is how many characters of a value count when lists are sorted, so
// that a place in a list can be written down in short.
const maxKey = 512

func keyOf(f func(s *sql.Selector) expression) *sortKey {
	return &sortKey{write: func(s *sql.Selector, b *sql.Builder) { b.WriteString(string(f(s))) }}
}

// cased is text as it is sorted: without regard to case unless it is exact.
func cased(s *sql.Selector, x expression, exact bool) expression {
	postgres := s.Dialect() == dialect.Postgres
	switch {
	case exact:
	case postgres:
		x = "lower(" + x + ")"
	default:
		x = entdb.FoldFunction + "(" + x + ")"
	}
	return bytewise(s, "substr("+x+", 1, "+expression(strconv.Itoa(maxKey))+")")
}

// bytewise makes PostgreSQL compare text by bytes; SQLite always does.
func bytewise(s *sql.Selector, x expression) expression {
	if s.Dialect() == dialect.Postgres {
		x += ` COLLATE "C"`
	}
	return "(" + x + ")"
}

func (x text) sortKey(t schema.Target) (*sortKey, error) {
	if x.folded && x.unless == "" { // a column of its own, in an index
		return &sortKey{required: true, write: func(s *sql.Selector, b *sql.Builder) { b.WriteString(s.C(x.name)) }}, nil
	}
	return keyOf(func(s *sql.Selector) expression {
		key := cased(s, expression(s.C(x.name)), x.folded || t.Attribute.CaseExact)
		if x.unless != "" {
			key = "(CASE WHEN " + expression(s.C(x.unless)) + " IS NOT NULL THEN " + key + " END)"
		}
		return key
	}), nil
}

func (m manager) sortKey(t schema.Target) (*sortKey, error) {
	if t.SubAttribute != nil && t.SubAttribute.Name != "value" {
		return nil, errorf("sorting by manager.%s is not supported", t.SubAttribute.Name)
	}
	return keyOf(func(s *sql.Selector) expression { return cased(s, expression(s.C(m.name)), true) }), nil
}

func (x boolean) sortKey(schema.Target) (*sortKey, error) {
	return keyOf(func(s *sql.Selector) expression { return asText(s, s.C(x.name)) }), nil
}

func asText(s *sql.Selector, x string) expression {
	return bytewise(s, expression("CAST("+x+" AS text)"))
}

func (identity) sortKey(schema.Target) (*sortKey, error) { return nil, nil }

func (m meta) sortKey(t schema.Target) (*sortKey, error) {
	if t.SubAttribute == nil {
		return nil, errorf("meta is sorted by its sub-attributes")
	}
	switch t.SubAttribute.Name {
	case "created":
		return instant("created_at"), nil
	case "lastModified":
		return instant("updated_at"), nil
	case "resourceType", "location": // the same for all, or different in the id alone
		return nil, nil
	}
	return nil, errorf("sorting by meta.%s is not supported", t.SubAttribute.Name)
}

// instant is the key of a column of times.
func instant(name string) *sortKey {
	return keyOf(func(s *sql.Selector) expression {
		if s.Dialect() == dialect.Postgres {
			return bytewise(s, expression("to_char("+s.C(name)+" AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS')"))
		}
		return asText(s, s.C(name))
	})
}

func (x object) sortKey(t schema.Target) (*sortKey, error) {
	if t.SubAttribute == nil {
		return nil, errorf("%s is sorted by its sub-attributes", t.Name)
	}
	return keyOf(func(s *sql.Selector) expression {
		return cased(s, member(s, s.C(x.name), t.SubAttribute.Name), t.SubAttribute.CaseExact)
	}), nil
}

// sortKey of a multi-valued attribute is that of its primary value, or else
// of the first.
func (x list) sortKey(t schema.Target) (*sortKey, error) {
	sub := t.SubAttribute
	if sub == nil {
		if sub = t.Attribute.SubAttribute("value"); sub == nil {
			return nil, errorf("%s is sorted by its sub-attributes", t.Name)
		}
	}
	return keyOf(func(s *sql.Selector) expression {
		from, place := "json_each("+s.C(x.name)+") AS e", "e.key"
		if s.Dialect() == dialect.Postgres {
			from, place = "json_array_elements("+s.C(x.name)+") WITH ORDINALITY AS e(value, place)", "e.place"
		}
		value := "CAST(" + member(s, "e.value", sub.Name) + " AS text)"
		isPrimary := "CAST(" + member(s, "e.value", "primary") + " AS text) IN ('true', '1')"
		first := "(SELECT " + value + " FROM " + expression(from) +
			" ORDER BY CASE WHEN " + isPrimary + " THEN 0 ELSE 1 END, " + expression(place) + " LIMIT 1)"
		return cased(s, first, sub.CaseExact)
	}), nil
}

// sortKey of memberships is the least id of those there are.
func (m memberships) sortKey(t schema.Target) (*sortKey, error) {
	if t.SubAttribute != nil && t.SubAttribute.Name != "value" {
		return nil, errorf("%s is sorted by value", t.Name)
	}
	return keyOf(func(s *sql.Selector) expression {
		of := func(name string) string { return "m." + name + " = " + s.C(name) }
		return "(SELECT " + asText(s, "m."+m.other) + " FROM memberships AS m WHERE " +
			expression(of("company_id")+" AND "+of("directory_id")+" AND m."+m.self+" = "+s.C("id")+
				" ORDER BY m."+m.other+" LIMIT 1)")
	}), nil
}

// sortKey of an extension without a schema. Its names come from the client, so
// they are arguments.
func (x extension) sortKey() *sortKey {
	return &sortKey{write: func(s *sql.Selector, b *sql.Builder) {
		length := ", 1, " + strconv.Itoa(maxKey) + ")"
		if s.Dialect() == dialect.Postgres {
			b.WriteString("(substr(" + s.C("extensions") + " -> ").Arg(x.urn).WriteString(" ->> ").Arg(x.name).WriteString(length + ` COLLATE "C")`)
			return
		}
		b.WriteString("(SELECT substr(CAST(x.value AS text)" + length + " FROM json_each(" + s.C("extensions") + ", ").
			Arg(`$."` + x.urn + `"`).WriteString(") AS x WHERE x.key = ").Arg(x.name).WriteString(" LIMIT 1)")
	}}
}
