package list

import (
	"fmt"
	"strings"

	"entgo.io/ent/dialect/sql"
)

// Order is what a list is ordered by; the id makes it total. The zero value is
// the ascending order of ids, which is that of creation.
type Order struct {
	columns []column
	desc    bool // of the id
	unique  bool // no two rows of a list agree in the columns: the id is not needed, and an index without it serves
}

// column is what rows are ordered by. It must never be NULL, or rows would be
// lost between pages.
type column struct {
	name  string
	desc  bool
	expr  func(*sql.Selector) sql.Querier // where it is no column of the table; selected beside those, as name
	parse func(text string) (any, error)  // what a text of a seek key stands for; nil for itself
	// inDirectory says that an index serves the order within a directory, and
	// none does across the directories of a company.
	inDirectory bool
	unique      bool // no two rows of a directory agree in it
}

// ByID is the order of ids.
func ByID(desc bool) Order { return Order{desc: desc} }

// expressionColumn is the name that an expression is selected as.
const expressionColumn = "sort_key"

// ByExpression is the order of an expression that is text and never NULL.
func ByExpression(expr func(*sql.Selector) sql.Querier, desc bool) Order {
	return Order{columns: []column{{name: expressionColumn, desc: desc, expr: expr}}, desc: desc}
}

// String tells orders apart.
func (o Order) String() string {
	var b strings.Builder
	for _, c := range o.columns {
		fmt.Fprint(&b, c.name, " ", c.desc, " ")
	}
	fmt.Fprint(&b, o.desc)
	return b.String()
}

// all are the columns with the id.
func (o Order) all() []column {
	if o.unique {
		return o.columns
	}
	return append(o.columns[:len(o.columns):len(o.columns)], column{name: "id", desc: o.desc})
}

// apply orders a query, reverse from the end.
func (o Order) apply(s *sql.Selector, reverse bool) {
	for _, c := range o.all() {
		switch {
		case c.expr != nil && c.desc != reverse:
			s.AppendSelectExprAs(c.expr(s), c.name).OrderExpr(sql.Expr(c.name + " DESC"))
		case c.expr != nil:
			s.AppendSelectExprAs(c.expr(s), c.name).OrderExpr(sql.Expr(c.name + " ASC"))
		case c.desc != reverse:
			s.OrderBy(sql.Desc(s.C(c.name)))
		default:
			s.OrderBy(sql.Asc(s.C(c.name)))
		}
	}
}

// beyond holds for the rows after a seek key, or before it. The key must be one
// that values takes.
func (o Order) beyond(s *sql.Selector, k SeekKey, before bool) *sql.Predicate {
	values, _ := o.values(k)
	columns := o.all()
	if len(columns) == 1 || o.uniform() {
		return tuple(s, columns, values, operator(columns[0].desc != before))
	}
	return nested(s, columns, values, before)
}

// uniform reports whether all columns have one direction, so that the database
// can compare them as one and follow an index.
func (o Order) uniform() bool {
	columns := o.all()
	for _, c := range columns {
		if c.desc != columns[0].desc {
			return false
		}
	}
	return true
}

func operator(less bool) string {
	if less {
		return " < "
	}
	return " > "
}

// write writes what a column compares by.
func (c column) write(b *sql.Builder, s *sql.Selector) {
	if c.expr != nil {
		b.Join(c.expr(s))
		return
	}
	b.WriteString(s.C(c.name))
}

// tuple writes (a, b) > (1, 2).
func tuple(s *sql.Selector, columns []column, values []any, operator string) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		if len(columns) == 1 {
			columns[0].write(b, s)
			b.WriteString(operator).Arg(values[0])
			return
		}
		b.WriteString("(")
		for i, c := range columns {
			if i > 0 {
				b.WriteString(", ")
			}
			c.write(b, s)
		}
		b.WriteString(")" + operator)
		b.Wrap(func(b *sql.Builder) { b.Args(values...) })
	})
}

// nested writes a > 1 OR a = 1 AND (b < 2 OR …) for columns of two directions.
func nested(s *sql.Selector, columns []column, values []any, before bool) *sql.Predicate {
	first := columns[0]
	is := func(op string) *sql.Predicate {
		return sql.P(func(b *sql.Builder) {
			first.write(b, s)
			b.WriteString(op).Arg(values[0])
		})
	}
	past := is(operator(first.desc != before))
	if len(columns) == 1 {
		return past
	}
	return sql.Or(past, sql.And(is(" = "), nested(s, columns[1:], values[1:], before)))
}
