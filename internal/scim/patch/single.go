package patch

import (
	"fmt"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// parts is what the filter of a path can name of an attribute: the
// sub-attributes, or the value of a simple one.
func parts(a *schema.Attribute) *schema.Attribute {
	if a.Type == schema.Complex {
		return a
	}
	value := *a
	value.Name = "value"
	return &schema.Attribute{Name: a.Name, Type: schema.Complex, SubAttributes: []schema.Attribute{value}}
}

// selected reports whether a filter selects the one value of an attribute.
func (d *document) selected(t schema.Target, selector filter.Expr) bool {
	value := d.get(t)
	return selector == nil || value != nil && fits(t, selector, value)
}

// fits reports whether a filter selects a value of an attribute.
func fits(t schema.Target, selector filter.Expr, value any) bool {
	element, isComplex := value.(map[string]any)
	if t.Custom {
		value = fmt.Sprint(value) // of whichever type it is
	}
	if !isComplex {
		element = map[string]any{"value": value}
	}
	return matches(parts(t.Attribute), selector, element)
}

// isList reports whether an attribute has several values. Of an attribute that
// no schema describes its value tells.
func (d *document) isList(t schema.Target) bool {
	_, isList := d.get(t).([]any)
	return t.Attribute.MultiValued || t.Custom && isList
}

// describe writes an attribute whose one value its filter does not select: it
// makes the value that the filter describes where there is none, as for lists,
// and leaves another value alone.
func (d *document) describe(t schema.Target, path filter.Path, value any) error {
	element, ok := elementFor(parts(t.Attribute), path.Filter)
	if d.get(t) != nil || !ok {
		d.ignore(path.String(), NoMatch)
		return nil
	}
	if t.Attribute.Type == schema.Complex && !unset(value) {
		d.put(t, element)
	}
	return d.write(Replace, t, nil, value)
}

// addsNothing reports whether an add has nothing to add: an add takes nothing
// away from a list or an object. One text, or what is written as one, can be
// cleared by it, as clients do.
func (d *document) addsNothing(t schema.Target, selector filter.Expr, value any) bool {
	value = alone(value)
	switch {
	case !empty(value):
		return false
	case value != nil && value != "":
		return true
	case t.SubAttribute != nil:
		return t.Attribute.MultiValued && selector == nil
	}
	return d.isList(t) || t.Attribute.Type == schema.Complex && t.Attribute.SubAttribute("value") == nil
}
