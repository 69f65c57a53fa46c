package query

import (
	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// UserOrder returns the order of users by an attribute, RFC 7644 §3.4.2.3. Users
// without the attribute are last in ascending order.
func UserOrder(by filter.AttributePath, descending bool, s Scope) (list.Order, error) {
	return ofUsers(s).order(by, descending)
}

// GroupOrder returns the order of groups by an attribute.
func GroupOrder(by filter.AttributePath, descending bool, s Scope) (list.Order, error) {
	return ofGroups(s).order(by, descending)
}

func (c compiler) order(by filter.AttributePath, descending bool) (list.Order, error) {
	if c.isOfOtherType(by) {
		return list.ByID(descending), nil
	}
	t, col, err := c.find(by)
	if err != nil {
		return list.Order{}, err
	}
	a, err := simple(t)
	if err != nil {
		return list.Order{}, err
	}
	if key := c.key(t, col, a); key != nil {
		return list.ByExpression(key.of, descending), nil
	}
	return list.ByID(descending), nil
}

// key returns the sort key of an attribute, or nil if the order is that of ids.
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
	if r, ok := col.(multiColumn); ok {
		return &sortKey{sql: func(s *sql.Selector) expression {
			return r.first(s, func(row string) expression { return v.key(s, row) })
		}}
	}
	return &sortKey{sql: func(s *sql.Selector) expression { return v.key(s, "") }}
}
