package query

import (
	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// schemasColumn has the URNs of the schemas of a resource: its core schema, the
// enterprise extension if one of its columns has a value, and other extensions.
type schemasColumn struct {
	core       string
	enterprise []string // columns
}

func (x schemasColumn) value(_ Scope, a schema.Attribute) value {
	return urn{text{exact: a.CaseExact, sql: func(_ *sql.Selector, row string) expression { return raw(row) }}, x.core}
}

// urn is the URN of a schema. Clients may use another name for it.
type urn struct {
	text
	core string
}

func (x urn) compare(op filter.Op, o operand) condition {
	if rt := schema.Users; op == filter.Equal {
		if x.core == schema.GroupID {
			rt = schema.Groups
		}
		o.text = rt.Canonical(o.text)
	}
	return x.text.compare(op, o)
}

func (x schemasColumn) any(_ Scope, f condition) condition {
	return func(s *sql.Selector, _ string) *sql.Predicate {
		one := []*sql.Predicate{f(s, castText(quote(x.core))), exists(raw(extensionsOf(s)), f(s, "u.key"))}
		var used []*sql.Predicate
		for _, name := range x.enterprise {
			used = append(used, sql.NotNull(s.C(name)))
		}
		if used != nil {
			one = append(one, sql.And(sql.Or(used...), f(s, castText(quote(schema.EnterpriseUserID)))))
		}
		return sql.Or(one...)
	}
}

// first is the core schema, which all resources of a type have.
func (x schemasColumn) first(_ *sql.Selector, of func(row string) expression) expression {
	return of(castText(quote(x.core)))
}

// extensionsOf returns the extensions of a resource that are stored as JSON: a row
// u for each, whose key is the URN.
func extensionsOf(s *sql.Selector) string { return "json_each(" + s.C("extensions") + ") AS u" }
