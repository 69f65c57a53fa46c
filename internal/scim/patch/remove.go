package patch

import (
	"slices"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// remove carries out a remove, RFC 7644 §3.5.2.2.
func (d *document) remove(path filter.Path, value any) error {
	t, ok := d.find(path)
	if !ok {
		return nil
	}
	if ok, err := d.selects(t, path); !ok {
		return err
	}
	switch {
	case t.Custom:
		return d.removeCustom(t, path.Filter, value)
	case t.Attribute.MultiValued && path.Filter == nil && t.SubAttribute == nil && !unsaid(value):
		return d.removeListed(t, value)
	case t.Attribute.MultiValued:
		return d.removeElements(t, path.Filter)
	case !d.selected(t, path.Filter):
		return nil
	case t.SubAttribute != nil:
		return d.setComplex(t, nil)
	}
	d.put(t, nil)
	return nil
}

// unsaid reports whether a remove has no value. An empty list or object is one,
// which names nothing.
func unsaid(value any) bool { return value == nil || value == "" }

// removeSchema drops an extension. The attributes of the core schema stay:
// naming them all by its URN is no target.
func (d *document) removeSchema(urn string) {
	if !d.rt.IsCore(urn) {
		delete(d.values, d.extensionKey(d.rt.Canonical(urn)))
	}
}

// removeElements drops the elements a filter selects, or the sub-attribute t
// names from each of them.
func (d *document) removeElements(t schema.Target, selector filter.Expr) error {
	if t.SubAttribute != nil {
		return d.clearElements(t, selector, map[string]any{t.SubAttribute.Name: nil})
	}
	return d.putList(t, slices.DeleteFunc(elements(d.get(t)), func(element map[string]any) bool { return matches(t.Attribute, selector, element) }))
}

// clearElements drops sub-attributes from all elements a filter selects, and
// with them those that are nothing but a type then. To do so again changes
// nothing.
func (d *document) clearElements(t schema.Target, selector filter.Expr, cleared map[string]any) error {
	list := slices.DeleteFunc(elements(d.get(t)), func(element map[string]any) bool {
		if len(cleared) == 0 || !matches(t.Attribute, selector, element) {
			return false
		}
		update(element, cleared)
		return hasOnly(element, "type", "primary")
	})
	return d.putList(t, combine(t.Attribute, nil, list))
}

// removeListed drops the elements a value names. The RFC gives a remove no
// value, and ignoring it would drop them all; Entra means the listed ones.
func (d *document) removeListed(t schema.Target, value any) error {
	given, err := d.namedElements(t.Attribute, t.Name, value)
	if err != nil {
		return err
	}
	list := slices.DeleteFunc(elements(d.get(t)), func(element map[string]any) bool {
		return slices.ContainsFunc(given, func(g map[string]any) bool { return named(t.Attribute, element, g) })
	})
	return d.putList(t, list)
}
