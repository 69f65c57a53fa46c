package where

import (
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/scimadapter/filter"
	"github.com/feddir/feddir/scimadapter/schema"
)

// object is a column of one JSON object: a complex attribute.
type object struct{ name string }

func (x object) compare(_ compiler, t schema.Target, op filter.Op, v filter.Value) (condition, error) {
	if t.SubAttribute == nil {
		return nil, errorf("%s is compared by its sub-attributes", t.Name)
	}
	return func(s *sql.Selector) *sql.Predicate {
		return compareMember(s, s.C(x.name), *t.SubAttribute, op, v)
	}, nil
}

func (x object) present(_ compiler, t schema.Target) (condition, error) {
	if t.SubAttribute == nil {
		return not(absent(x.name)), nil
	}
	return func(s *sql.Selector) *sql.Predicate { return isPresent(member(s, s.C(x.name), t.SubAttribute.Name)) }, nil
}

func (x object) elements(_ compiler, t schema.Target, _ filter.Expr) (condition, error) {
	return nil, errorf("%s has no elements to select", t.Name)
}

func compareMember(s *sql.Selector, object string, sub schema.Attribute, op filter.Op, v filter.Value) *sql.Predicate {
	x := member(s, object, sub.Name)
	if v.Kind == filter.Null {
		return sql.P(func(b *sql.Builder) { b.WriteString(string(x) + " IS NULL") })
	}
	if sub.Type == schema.Boolean {
		return compareBool(x, op, v)
	}
	return compareCase(s, x, op, v.Text, sub.CaseExact)
}

// compareBool compares a JSON boolean: "true" and "false" on PostgreSQL, 1 and
// 0 on SQLite.
func compareBool(x expression, op filter.Op, v filter.Value) *sql.Predicate {
	value, ok := v.Bool()
	if !ok || op != filter.Equal {
		return sql.False()
	}
	in := "('false', '0')"
	if value {
		in = "('true', '1')"
	}
	return sql.P(func(b *sql.Builder) { b.WriteString("CAST(" + string(x) + " AS text) IN " + in) })
}

func isPresent(x expression) *sql.Predicate {
	return sql.P(func(b *sql.Builder) { b.WriteString(string(x) + " IS NOT NULL") })
}

// list is a column of a JSON array: a multi-valued attribute.
type list struct {
	name  string
	index string // the attribute in user_values that its values are indexed under, if they are
}

func (x list) compare(c compiler, t schema.Target, op filter.Op, v filter.Value) (condition, error) {
	sub := t.SubAttribute
	if sub == nil { // the attribute itself stands for its value
		if sub = t.Attribute.SubAttribute("value"); sub == nil {
			return nil, errorf("%s is compared by its sub-attributes", t.Name)
		}
	}
	if sub.Name == "value" && x.index != "" && indexable(op, v) {
		return x.lookup(c.scope, op, v.Text, nil), nil
	}
	return func(s *sql.Selector) *sql.Predicate {
		return anyElement(s, x.name, func(e string) *sql.Predicate { return compareMember(s, e, *sub, op, v) })
	}, nil
}

func (x list) present(_ compiler, t schema.Target) (condition, error) {
	if t.SubAttribute == nil {
		return not(absent(x.name)), nil
	}
	return func(s *sql.Selector) *sql.Predicate {
		return anyElement(s, x.name, func(e string) *sql.Predicate { return isPresent(member(s, e, t.SubAttribute.Name)) })
	}, nil
}

func (x list) elements(c compiler, t schema.Target, e filter.Expr) (condition, error) {
	if value, typ, ok := typedValue(e); ok && x.index != "" && indexable(value.Op, value.Value) {
		return x.lookup(c.scope, value.Op, value.Value.Text, &typ), nil
	}
	f, err := elementFilter(t, e)
	if err != nil {
		return nil, err
	}
	return func(s *sql.Selector) *sql.Predicate {
		return anyElement(s, x.name, func(element string) *sql.Predicate { return f(s, element) })
	}, nil
}

// indexable reports whether user_values can answer the comparison. Values
// longer than it holds are not stored at all.
func indexable(op filter.Op, v filter.Value) bool {
	return v.Kind == filter.String && (op == filter.Equal || op == filter.StartsWith)
}

// typedValue takes apart what identity providers match by:
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

// lookup finds users through the index of their values.
func (x list) lookup(scope Scope, op filter.Op, value string, typ *string) condition {
	return func(s *sql.Selector) *sql.Predicate {
		t := sql.Dialect(s.Dialect()).Table("user_values")
		on := []*sql.Predicate{
			sql.EQ(t.C("attribute"), x.index),
			compareText(expression(t.C("value_key")), op, schematype.Fold(value)),
		}
		if typ != nil {
			on = append(on, sql.EQ(t.C("type_key"), schematype.Fold(*typ)))
		}
		return inScope(s, t, "user_id", scope, on...)
	}
}

// inScope holds for rows whose id is in a column of the rows of another table
// of the same scope.
func inScope(s *sql.Selector, t *sql.SelectTable, column string, scope Scope, on ...*sql.Predicate) *sql.Predicate {
	on = append(on, sql.EQ(t.C("company_id"), scope.Company))
	if scope.Directory != uuid.Nil {
		on = append(on, sql.EQ(t.C("directory_id"), scope.Directory))
	}
	return sql.In(s.C("id"), sql.Dialect(s.Dialect()).Select(t.C(column)).From(t).Where(sql.And(on...)))
}

// elementFilter compiles the filter inside the brackets of a value path.
func elementFilter(t schema.Target, e filter.Expr) (func(s *sql.Selector, element string) *sql.Predicate, error) {
	switch e := e.(type) {
	case filter.And:
		return elementBoth(t, e.Left, e.Right, sql.And)
	case filter.Or:
		return elementBoth(t, e.Left, e.Right, sql.Or)
	case filter.Not:
		inner, err := elementFilter(t, e.Expr)
		if err != nil {
			return nil, err
		}
		return func(s *sql.Selector, el string) *sql.Predicate {
			return not(func(s *sql.Selector) *sql.Predicate { return inner(s, el) })(s)
		}, nil
	case filter.Compare:
		if e.Op == filter.NotEqual {
			e.Op = filter.Equal
			return elementFilter(t, filter.Not{Expr: e})
		}
		sub := t.Attribute.SubAttribute(e.Path.Name)
		if sub == nil {
			return nil, errorf("%s has no sub-attribute %.64q", t.Name, e.Path.Name)
		}
		return func(s *sql.Selector, el string) *sql.Predicate { return compareMember(s, el, *sub, e.Op, e.Value) }, nil
	case filter.Present:
		sub := t.Attribute.SubAttribute(e.Path.Name)
		if sub == nil {
			return nil, errorf("%s has no sub-attribute %.64q", t.Name, e.Path.Name)
		}
		return func(s *sql.Selector, el string) *sql.Predicate { return isPresent(member(s, el, sub.Name)) }, nil
	}
	return nil, errorf("this filter is not supported")
}

func elementBoth(t schema.Target, left, right filter.Expr, join func(...*sql.Predicate) *sql.Predicate) (func(*sql.Selector, string) *sql.Predicate, error) {
	l, err := elementFilter(t, left)
	if err != nil {
		return nil, err
	}
	r, err := elementFilter(t, right)
	if err != nil {
		return nil, err
	}
	return func(s *sql.Selector, el string) *sql.Predicate { return join(l(s, el), r(s, el)) }, nil
}
