package query

import (
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// IsUserLookup reports whether an index finds the users of a filter, so that the
// database reads no others: the filter compares an identifying attribute by eq, as
// identity providers do before they create a user.
func IsUserLookup(e filter.Expr) bool { return ofUsers(Scope{}).isLookup(e) }

// IsGroupLookup is IsUserLookup for groups.
func IsGroupLookup(e filter.Expr) bool { return ofGroups(Scope{}).isLookup(e) }

func (c compiler) isLookup(e filter.Expr) bool {
	switch e := e.(type) {
	case filter.And:
		return c.isLookup(e.Left) || c.isLookup(e.Right)
	case filter.Or:
		return c.isLookup(e.Left) && c.isLookup(e.Right)
	case filter.Compare:
		t, col, err := c.find(e.Path)
		return err == nil && e.Op == filter.Equal && identifies(col, t.SubAttribute)
	case filter.ValuePath:
		t, col, err := c.find(e.Path)
		value, _, typed := typedValue(e.Filter)
		return err == nil && typed && value.Op == filter.Equal && identifies(col, t.SubAttribute)
	}
	return false
}

// identifies reports whether an index finds resources by a value in a column. It
// does so for the sub-attribute value only.
func identifies(c column, sub *schema.Attribute) bool {
	if sub != nil && sub.Name != "value" {
		return false
	}
	switch c := c.(type) {
	case idColumn, membershipColumn:
		return true
	case simpleColumn:
		return c.key || c.name == "external_id"
	case arrayColumn:
		return c.lookup(Scope{}, filter.Equal, operand{}, nil) != nil
	}
	return false
}
