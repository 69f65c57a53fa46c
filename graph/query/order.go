package query

import (
	"fmt"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// An Order is what a list is sorted by, RFC 7644 §3.4.2.3. Resources without
// the attribute are the last in ascending order; the id makes the order total.
// The zero value is the ascending order of ids, which is that of creation.
type Order struct {
	key        *sortKey // nil for the id alone
	descending bool
}

// A Place is where a resource stands in an order.
type Place struct {
	Key string // empty in the order of ids
	ID  uuid.UUID
}

// UserOrder returns the order of users by an attribute.
func UserOrder(by filter.AttributePath, descending bool, s Scope) (Order, error) {
	return ofUsers(s).order(by, descending)
}

// GroupOrder returns the order of groups by an attribute.
func GroupOrder(by filter.AttributePath, descending bool, s Scope) (Order, error) {
	return ofGroups(s).order(by, descending)
}

func (c compiler) order(by filter.AttributePath, descending bool) (Order, error) {
	if c.lacks(by) {
		return Order{descending: descending}, nil
	}
	t, col, err := c.find(by)
	if err != nil {
		return Order{}, err
	}
	a, err := simple(t)
	if err != nil {
		return Order{}, err
	}
	return Order{c.key(t, col, a), descending}, nil
}

// key is what sorts by an attribute; nil where the id does.
func (c compiler) key(t schema.Target, col column, a schema.Attribute) *sortKey {
	switch name := a.Name; {
	case t.Name == "id", t.Name == "schemas": // what comes first of the schemas is the same for all
		return nil
	case t.Name == "meta" && (name == "resourceType" || name == "location"):
		return nil
	case t.Name == "meta" && name == "version":
		return &sortKey{sql: func(s *sql.Selector) expression { return number{columnText("version")}.key(s, "") }}
	}
	if simple, ok := col.(simpleColumn); ok && simple.key {
		return &sortKey{required: true, sql: func(s *sql.Selector) expression { return raw(s.C(simple.name)) }}
	}
	v := col.value(c.scope, a)
	if r, ok := col.(rows); ok {
		return &sortKey{sql: func(s *sql.Selector) expression {
			return r.first(s, func(row string) expression { return v.key(s, row) })
		}}
	}
	return &sortKey{sql: func(s *sql.Selector) expression { return v.key(s, "") }}
}

// keyColumn is the name that the key of a row is read by.
const keyColumn = "sort_key"

// From narrows a selector to what stands behind a place, nil for the start,
// and orders it. Backward it is what stands before the place, or the end, in
// reverse.
func (o Order) From(p *Place, backward bool) func(*sql.Selector) {
	operator, direction := " > ", " ASC"
	if o.descending != backward {
		operator, direction = " < ", " DESC"
	}
	return func(s *sql.Selector) {
		if p != nil {
			s.Where(o.beyond(s, *p, operator))
		}
		if o.key != nil {
			s.AppendSelectExprAs(o.key.of(s), keyColumn)
			s.OrderExpr(sql.Expr(keyColumn + direction))
		}
		s.OrderExpr(sql.Expr(s.C("id") + direction))
	}
}

// beyond holds for the rows on one side of a place.
func (o Order) beyond(s *sql.Selector, p Place, operator string) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		if o.key == nil {
			b.WriteString(s.C("id") + operator).Arg(p.ID)
			return
		}
		b.WriteString("(").Join(o.key.of(s)).WriteString(", " + s.C("id") + ")" + operator)
		b.Wrap(func(b *sql.Builder) { b.Args(p.Key, p.ID) })
	})
}

// PlaceOf returns the place of a row that was read in this order; value is the
// row's method of that name.
func (o Order) PlaceOf(id uuid.UUID, value func(string) (ent.Value, error)) (Place, error) {
	p := Place{ID: id}
	if o.key == nil {
		return p, nil
	}
	v, err := value(keyColumn)
	if err != nil {
		return p, err
	}
	switch key := v.(type) {
	case string:
		p.Key = key
	case []byte:
		p.Key = string(key)
	default:
		return p, fmt.Errorf("where: the key of a row is %T", v)
	}
	return p, nil
}
