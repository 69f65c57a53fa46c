package query

import (
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// valuePath compiles a value path: the whole filter must hold for the value, or
// for one of the values.
func (c compiler) valuePath(e filter.ValuePath) (condition, error) {
	if c.isOfOtherType(e.Path) {
		return never, nil
	}
	t, col, err := c.find(e.Path)
	if err != nil {
		return nil, err
	}
	x, ok := col.(complexColumn)
	if !ok || t.Attribute == nil || t.Attribute.Type != schema.Complex || t.SubAttribute != nil {
		return nil, errorf("%s has no elements to select", t.Name)
	}
	inner, err := c.rt.Inner(e.Path, e.Filter)
	if err != nil {
		return nil, &Error{err.Error()}
	}
	if found := c.indexedElements(col, inner); found != nil {
		return found, nil
	}
	f, err := c.element(*t.Attribute, x, inner)
	if err != nil {
		return nil, err
	}
	if r, ok := col.(multiColumn); ok {
		return r.any(c.scope, f), nil
	}
	assigned := x.assigned(c.scope)
	return func(s *sql.Selector, row string) *sql.Predicate { return sql.And(assigned(s, row), f(s, row)) }, nil
}

// indexedElements returns a condition that an index answers, or nil.
func (c compiler) indexedElements(col column, e filter.Expr) condition {
	l, ok := col.(indexedColumn)
	if !ok {
		return nil
	}
	value, typ, ok := typedValue(e)
	if !ok {
		return nil
	}
	return l.lookup(c.scope, value.Op, operand{kind: value.Value.Kind, text: value.Value.Text}, &typ)
}

// element compiles the filter inside the brackets of a value path.
func (c compiler) element(a schema.Attribute, r column, e filter.Expr) (condition, error) {
	switch e := e.(type) {
	case filter.And, filter.Or:
		return chained(e, func(operand filter.Expr) (condition, error) { return c.element(a, r, operand) })
	case filter.Not:
		inner, err := c.element(a, r, e.Expr)
		return not(inner), err
	case filter.Present:
		sub, err := subAttribute(a, e.Path.Name)
		if err != nil {
			return nil, err
		}
		return r.value(c.scope, sub).present(), nil
	case filter.Compare:
		return c.elementCompare(a, r, e)
	}
	return nil, errorf("this filter is not supported")
}

func (c compiler) elementCompare(a schema.Attribute, r column, e filter.Compare) (condition, error) {
	sub, err := subAttribute(a, e.Path.Name)
	if err != nil {
		return nil, err
	}
	if e.Op == filter.NotEqual {
		e.Op = filter.Equal
		equal, err := c.elementCompare(a, r, e)
		return not(equal), err
	}
	v := r.value(c.scope, sub)
	if e.Value.Kind == filter.Null && e.Op == filter.Equal {
		return not(v.present()), nil
	}
	o, err := operandOf(sub, e.Op, e.Value)
	if err != nil {
		return nil, err
	}
	return v.compare(e.Op, o), nil
}

func subAttribute(a schema.Attribute, name string) (schema.Attribute, error) {
	if sub := a.SubAttribute(name); sub != nil {
		return *sub, nil
	}
	return schema.Attribute{}, errorf("%s has no sub-attribute %.64q", a.Name, name)
}

// typedValue parses the filter that identity providers match by:
// type eq "work" and value eq "…".
func typedValue(e filter.Expr) (value filter.Compare, typ string, ok bool) {
	and, ok := e.(filter.And)
	if !ok {
		return value, "", false
	}
	left, ok1 := and.Left.(filter.Compare)
	right, ok2 := and.Right.(filter.Compare)
	if !ok1 || !ok2 {
		return value, "", false
	}
	if is(left, "value") {
		left, right = right, left
	}
	ok = is(left, "type") && left.Op == filter.Equal && left.Value.Kind == filter.String && is(right, "value")
	return right, left.Value.Text, ok
}

func is(c filter.Compare, name string) bool {
	return c.Path.URN == "" && c.Path.Sub == "" && schematype.Fold(c.Path.Name) == name
}

// arrayColumn is a column of a JSON array: a multi-valued attribute.
type arrayColumn struct {
	name  string
	index string // the attribute of its values in user_values; empty if they are not indexed
}

func (x arrayColumn) value(_ Scope, a schema.Attribute) value {
	of := func(s *sql.Selector, row string) expression { return member(s, row+".value", a.Name) }
	if a.Type == schema.Boolean {
		return flag{of}
	}
	return text{sql: of, exact: a.CaseExact}
}

func (x arrayColumn) assigned(Scope) condition { return notNull(x.name) }

func (x arrayColumn) any(_ Scope, f condition) condition {
	return func(s *sql.Selector, _ string) *sql.Predicate {
		from, _ := elementsOf(s, x.name)
		return exists(raw(from), f(s, "e"))
	}
}

func exists(from expression, p *sql.Predicate) *sql.Predicate {
	return term("EXISTS (SELECT 1 FROM ", from, " WHERE ", joined(p), ")")
}

// first returns the primary element, or else the first.
func (x arrayColumn) first(s *sql.Selector, of func(row string) expression) expression {
	from, position := elementsOf(s, x.name)
	isPrimary := flag{func(s *sql.Selector, row string) expression { return member(s, row+".value", "primary") }}.key(s, "e")
	return write("(SELECT ", of("e"), " FROM "+from+" ORDER BY CASE WHEN ", isPrimary, " IN ('true', '1') THEN 0 ELSE 1 END, "+position+" LIMIT 1)")
}

// lookup finds users by the index of their values. It has all values: longer ones
// are refused when they are written.
func (x arrayColumn) lookup(scope Scope, op filter.Op, o operand, typ *string) condition {
	if x.index == "" || o.kind != filter.String || op != filter.Equal && op != filter.StartsWith {
		return nil
	}
	return func(s *sql.Selector, _ string) *sql.Predicate {
		t := sql.Dialect(s.Dialect()).Table("user_values")
		on := []*sql.Predicate{
			sql.EQ(t.C("attribute"), x.index),
			compareText(s, raw(t.C("value_key")), op, schematype.Fold(o.text)),
		}
		if typ != nil {
			on = append(on, sql.EQ(t.C("type_key"), schematype.Fold(*typ)))
		}
		return inScope(s, t, "user_id", scope, on...)
	}
}

// inScope holds for rows whose id is in a column of another table, within the
// scope.
func inScope(s *sql.Selector, t *sql.SelectTable, column string, scope Scope, on ...*sql.Predicate) *sql.Predicate {
	on = append(on, sql.EQ(t.C("company_id"), scope.Company))
	if scope.Directory != uuid.Nil {
		on = append(on, sql.EQ(t.C("directory_id"), scope.Directory))
	}
	return sql.In(s.C("id"), sql.Dialect(s.Dialect()).Select(t.C(column)).From(t).Where(sql.And(on...)))
}
