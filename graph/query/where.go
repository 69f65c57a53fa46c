package query

import (
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// Scope says which rows a filter is for.
type Scope struct {
	Company    uuid.UUID
	Directory  uuid.UUID       // zero for all directories of the company
	URL        string          // what locations of resources begin with, without a trailing slash
	Extensions []schema.Custom // the directory's own; see NeedsExtensions

	// AllTypes is set for lists of all resource types: an attribute that only
	// another type has is not an error, but has no value here.
	AllTypes bool
}

// Error says why a filter cannot be evaluated; it is safe to show.
type Error struct{ Reason string }

func (e *Error) Error() string { return e.Reason }

func errorf(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// Users returns the predicate of users that e holds for.
func Users(e filter.Expr, s Scope) (predicate.User, error) {
	p, err := ofUsers(s).compile(e)
	return predicate.User(p), err
}

// Groups returns the predicate of groups that e holds for.
func Groups(e filter.Expr, s Scope) (predicate.Group, error) {
	p, err := ofGroups(s).compile(e)
	return predicate.Group(p), err
}

func ofUsers(s Scope) compiler {
	return compiler{rt: schema.Users.With(schema.For(schema.Users, s.Extensions)...), columns: userColumns, scope: s}
}

func ofGroups(s Scope) compiler {
	return compiler{rt: schema.Groups.With(schema.For(schema.Groups, s.Extensions)...), columns: groupColumns, scope: s}
}

// NeedsExtensions reports whether a filter names an attribute that only the
// directory's own extensions may describe.
func NeedsExtensions(e filter.Expr) bool {
	switch e := e.(type) {
	case filter.And, filter.Or:
		return slices.ContainsFunc(chain(e), NeedsExtensions)
	case filter.Not:
		return NeedsExtensions(e.Expr)
	case filter.Compare:
		return isCustom(e.Path)
	case filter.Present:
		return isCustom(e.Path)
	}
	return false
}

func isCustom(path filter.AttributePath) bool {
	t, ok := schema.Users.Lookup(path.URN, path.Name, path.Sub)
	return ok && t.Custom
}

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
	return func(s *sql.Selector) { s.Where(cond(s, "")) }, nil
}

func (c compiler) expr(e filter.Expr) (condition, error) {
	switch e := e.(type) {
	case filter.And, filter.Or:
		return chained(e, c.expr)
	case filter.Not:
		inner, err := c.expr(e.Expr)
		return not(inner), err
	case filter.Compare:
		return c.compare(e)
	case filter.Present:
		return c.present(e.Path)
	case filter.ValuePath:
		return c.valuePath(e)
	}
	return nil, errorf("this filter is not supported")
}

// chained compiles a chain of and, or of or. The SQL is flat, since databases bound
// the depth of statements.
func chained(e filter.Expr, compile func(filter.Expr) (condition, error)) (condition, error) {
	var parts []condition
	for _, operand := range chain(e) {
		part, err := compile(operand)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return func(s *sql.Selector, row string) *sql.Predicate {
		predicates := make([]*sql.Predicate, len(parts))
		for i, part := range parts {
			predicates[i] = part(s, row)
		}
		return join(e)(predicates...)
	}, nil
}

// join returns the function that joins the operands of a chain.
func join(e filter.Expr) func(...*sql.Predicate) *sql.Predicate {
	if _, ok := e.(filter.And); ok {
		return sql.And
	}
	return sql.Or
}

// chain returns the operands of a chain of and, or of or, from left to right.
func chain(e filter.Expr) []filter.Expr {
	var operands []filter.Expr
	switch first := e.(type) {
	case filter.And:
		for ok := true; ok; {
			operands, e = append(operands, first.Right), first.Left
			first, ok = e.(filter.And)
		}
	case filter.Or:
		for ok := true; ok; {
			operands, e = append(operands, first.Right), first.Left
			first, ok = e.(filter.Or)
		}
	}
	operands = append(operands, e)
	slices.Reverse(operands)
	return operands
}

func (c compiler) compare(e filter.Compare) (condition, error) {
	if e.Op == filter.NotEqual {
		e.Op = filter.Equal
		equal, err := c.compare(e)
		return not(equal), err
	}
	if c.isOfOtherType(e.Path) {
		if e.Value.Kind == filter.Null && e.Op == filter.Equal {
			return always, nil
		}
		return never, nil
	}
	t, col, err := c.find(e.Path)
	if err != nil {
		return nil, err
	}
	a, err := simple(t)
	if err != nil {
		return nil, err
	}
	if e.Value.Kind == filter.Null && e.Op == filter.Equal {
		absent, err := c.present(e.Path)
		return not(absent), err
	}
	o, err := operandOf(a, e.Op, e.Value)
	if err != nil {
		return nil, err
	}
	if l, ok := col.(indexedColumn); ok && a.Name == "value" {
		if found := l.lookup(c.scope, e.Op, o, nil); found != nil {
			return found, nil
		}
	}
	return anyRow(c.scope, col, col.value(c.scope, a).compare(e.Op, o)), nil
}

func (c compiler) present(path filter.AttributePath) (condition, error) {
	if c.isOfOtherType(path) {
		return never, nil
	}
	t, col, err := c.find(path)
	if err != nil {
		return nil, err
	}
	if x, ok := col.(complexColumn); ok && t.SubAttribute == nil {
		return x.assigned(c.scope), nil
	}
	a, err := simple(t)
	if err != nil {
		return nil, err
	}
	return anyRow(c.scope, col, col.value(c.scope, a).present()), nil
}

// isOfOtherType reports whether only another resource type has an attribute, and
// the scope allows that (RFC 7644 §3.4.2.1). That type checks the operand.
func (c compiler) isOfOtherType(path filter.AttributePath) bool {
	if _, known := c.rt.Lookup(path.URN, path.Name, path.Sub); known || !c.scope.AllTypes {
		return false
	}
	return slices.ContainsFunc([]schema.ResourceType{schema.Users, schema.Groups}, func(other schema.ResourceType) bool {
		t, known := other.Lookup(path.URN, path.Name, path.Sub)
		return known && !t.Custom
	})
}

// find returns the attribute of a path and its column.
func (c compiler) find(path filter.AttributePath) (t schema.Target, col column, err error) {
	t, ok := c.rt.Lookup(path.URN, path.Name, path.Sub)
	switch {
	case !ok:
		return t, nil, errorf("there is no attribute %.64q", path.String())
	case t.Custom:
		return t, extensionColumn{urn: t.Extension, name: t.Name}, nil
	}
	if col, ok = c.columns[t.Name]; !ok {
		return t, nil, errorf("%s is not stored", t.Name)
	}
	return t, col, nil
}

// simple returns the attribute whose values are compared. A complex attribute
// stands for its sub-attribute value, where it has one.
func simple(t schema.Target) (schema.Attribute, error) {
	switch {
	case t.SubAttribute != nil:
		return *t.SubAttribute, nil
	case t.Attribute == nil: // of an extension that is not described
		return schema.Attribute{Name: t.Name}, nil
	case t.Attribute.Type != schema.Complex:
		return *t.Attribute, nil
	}
	if value := t.Attribute.SubAttribute("value"); value != nil {
		return *value, nil
	}
	return schema.Attribute{}, errorf("%s has no value of its own, only sub-attributes", t.Name)
}

// not holds where p is false or unknown.
func not(p condition) condition {
	return func(s *sql.Selector, row string) *sql.Predicate {
		return term("NOT COALESCE((", joined(p(s, row)), "), FALSE)")
	}
}

func never(*sql.Selector, string) *sql.Predicate { return sql.False() }

func always(*sql.Selector, string) *sql.Predicate { return sql.Not(sql.False()) }
