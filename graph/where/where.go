// Package where turns filters (RFC 7644 §3.4.2.2) into SQL predicates. Both
// protocols filter through it: SCIM's filter parameter is parsed into the
// tree it takes, and GraphQL's where-inputs are written in that tree.
//
// Everything is evaluated in the database. An absent attribute equals nothing,
// and "not" and "ne" hold for it. Comparisons follow caseExact of the schema.
package where

import (
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/scimadapter/filter"
	"github.com/feddir/feddir/scimadapter/schema"
)

// Scope is what the rows looked at belong to. Directory is zero for all
// directories of the company.
type Scope struct{ Company, Directory uuid.UUID }

// Error says why a filter cannot be evaluated; it is safe to show.
type Error struct{ Reason string }

func (e *Error) Error() string { return e.Reason }

func errorf(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// Users returns the predicate of users that e holds for.
func Users(e filter.Expr, s Scope) (predicate.User, error) {
	p, err := compiler{rt: schema.Users, columns: userColumns, scope: s}.compile(e)
	return predicate.User(p), err
}

// Groups returns the predicate of groups that e holds for.
func Groups(e filter.Expr, s Scope) (predicate.Group, error) {
	p, err := compiler{rt: schema.Groups, columns: groupColumns, scope: s}.compile(e)
	return predicate.Group(p), err
}

// condition makes a predicate on the rows of a selector.
type condition func(*sql.Selector) *sql.Predicate

type compiler struct {
	rt      schema.ResourceType
	columns map[string]column
	scope   Scope
}

func (c compiler) compile(e filter.Expr) (func(*sql.Selector), error) {
	cond, err := c.expr(e)
	if err != nil {
		return nil, err
	}
	return func(s *sql.Selector) { s.Where(cond(s)) }, nil
}

func (c compiler) expr(e filter.Expr) (condition, error) {
	switch e := e.(type) {
	case filter.And:
		return c.both(e.Left, e.Right, sql.And)
	case filter.Or:
		return c.both(e.Left, e.Right, sql.Or)
	case filter.Not:
		inner, err := c.expr(e.Expr)
		return not(inner), err
	case filter.Compare:
		if e.Op == filter.NotEqual {
			e.Op = filter.Equal
			equal, err := c.expr(e)
			return not(equal), err
		}
		return c.leaf(e.Path, func(col column, t schema.Target) (condition, error) { return col.compare(c, t, e.Op, e.Value) })
	case filter.Present:
		return c.leaf(e.Path, func(col column, t schema.Target) (condition, error) { return col.present(c, t) })
	case filter.ValuePath:
		return c.leaf(e.Path, func(col column, t schema.Target) (condition, error) { return col.elements(c, t, e.Filter) })
	}
	return nil, errorf("this filter is not supported")
}

func (c compiler) both(left, right filter.Expr, join func(...*sql.Predicate) *sql.Predicate) (condition, error) {
	l, err := c.expr(left)
	if err != nil {
		return nil, err
	}
	r, err := c.expr(right)
	if err != nil {
		return nil, err
	}
	return func(s *sql.Selector) *sql.Predicate { return join(l(s), r(s)) }, nil
}

func (c compiler) leaf(path filter.AttributePath, f func(column, schema.Target) (condition, error)) (condition, error) {
	t, ok := c.rt.Lookup(path.URN, path.Name, path.Sub)
	if !ok {
		return nil, errorf("there is no attribute %.64q", path.String())
	}
	if t.Custom() {
		return f(extension{urn: t.Extension, name: t.Name}, t)
	}
	col, ok := c.columns[t.Name]
	if !ok {
		return nil, errorf("filtering on %s is not supported", t.Name)
	}
	return f(col, t)
}

// not holds where p does not, unknown included.
func not(p condition) condition {
	return func(s *sql.Selector) *sql.Predicate {
		inner := p(s)
		return sql.P(func(b *sql.Builder) {
			b.WriteString("NOT COALESCE(").Wrap(func(b *sql.Builder) { b.Join(inner) }).WriteString(", FALSE)")
		})
	}
}

func never(*sql.Selector) *sql.Predicate { return sql.False() }

func always(*sql.Selector) *sql.Predicate { return sql.Not(sql.False()) }
