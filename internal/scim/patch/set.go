package patch

import (
	"cmp"
	"slices"
	"strings"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// set carries out an add or a replace, RFC 7644 §3.5.2.1 and §3.5.2.3. The two
// differ only for a multi-valued attribute as a whole.
func (d *document) set(op Op, path filter.Path, value any) error {
	t, ok := d.find(path)
	if !ok || op == Add && d.addsNothing(t, path.Filter, value) {
		return nil
	}
	if ok, err := d.selects(t, path); !ok {
		return err
	}
	if !d.isList(t) && !d.selected(t, path.Filter) {
		return d.describe(t, path, value)
	}
	return d.write(op, t, path.Filter, value)
}

// write sets the attribute t, or the element of it that a filter selects.
func (d *document) write(op Op, t schema.Target, selector filter.Expr, value any) error {
	switch a := t.Attribute; {
	case t.Custom:
		return d.setCustom(op, t, selector, value)
	case a.MultiValued && (selector != nil || t.SubAttribute != nil):
		return d.setElement(t, selector, value)
	case a.MultiValued:
		return d.setList(op, t, value)
	case a.Type == schema.Complex:
		return d.setComplex(t, value)
	default:
		v, err := simple(a, t.Name, value)
		if err == nil {
			d.put(t, v)
		}
		return err
	}
}

// setSchema writes a whole extension, or the core schema under its URN.
func (d *document) setSchema(op Op, urn string, value any) error {
	if !unset(value) {
		return d.merge(op, urn, value)
	}
	if op != Add {
		d.removeSchema(urn)
	}
	return nil
}

// setComplex merges sub-attributes into a single-valued complex attribute.
func (d *document) setComplex(t schema.Target, value any) error {
	if t.SubAttribute == nil && unset(value) {
		d.put(t, nil)
		return nil
	}
	given, err := d.subAttributes(t, value)
	if err != nil {
		return err
	}
	current, _ := d.get(t).(map[string]any)
	if current == nil {
		current = map[string]any{}
	}
	if v, ok := given["value"]; ok && v != current["value"] {
		current = map[string]any{} // the rest, a manager's $ref say, spoke of the old value
		if v == nil {
			given = nil
		}
	}
	update(current, given)
	d.put(t, current)
	return nil
}

// subAttributes converts the value for a complex attribute, or for one
// sub-attribute of it.
func (d *document) subAttributes(t schema.Target, value any) (map[string]any, error) {
	if t.SubAttribute == nil {
		return d.complexValue(t.Attribute, t.Name, value)
	}
	v, err := simple(t.SubAttribute, t.Name+"."+t.SubAttribute.Name, value)
	return map[string]any{t.SubAttribute.Name: v}, err
}

// setList writes a multi-valued attribute as a whole.
func (d *document) setList(op Op, t schema.Target, value any) error {
	if empty(value) {
		d.put(t, nil)
		return nil
	}
	given, err := d.givenElements(t.Attribute, t.Name, value)
	if err != nil {
		return err
	}
	var list []map[string]any
	if op == Add {
		list = elements(d.get(t))
	} else if len(given) == 0 && d.get(t) != nil && misnamed(t.Attribute, value) {
		return errorf(InvalidValue, "the elements of %s have none of its sub-attributes", t.Name)
	}
	return d.putList(t, combine(t.Attribute, list, given))
}

// setElement writes the element a filter selects: the primary one, else the
// first, else a new one. RFC 7644 §3.5.2.3 would have a replace fail with
// noTarget instead, but Entra relies on the creation.
func (d *document) setElement(t schema.Target, selector filter.Expr, value any) error {
	if t.SubAttribute == nil && unset(value) {
		return d.removeElements(t, selector)
	}
	given, err := d.subAttributes(t, alone(value))
	if err != nil {
		return err
	}
	clears, sets := false, false
	for _, v := range given {
		clears, sets = clears || v == nil, sets || v != nil
	}
	if !sets {
		return d.clearElements(t, selector, given)
	}
	list := elements(d.get(t))
	i := choose(t.Attribute, list, selector)
	if i < 0 {
		element, ok := elementFor(t.Attribute, selector)
		if !ok {
			return errorf(NoTarget, "no value of %s matches the filter, and it does not describe a new one", t.Name)
		}
		i, list = len(list), append(list, element)
	}
	update(list[i], given)
	if list[i]["primary"] == true {
		onlyPrimary(list, i)
	}
	if hasOnly(list[i], "type") || clears && hasOnly(list[i], "type", "primary") {
		list = slices.Delete(list, i, i+1)
	}
	return d.putList(t, combine(t.Attribute, nil, list))
}

// choose picks the element a write goes to; -1 if none matches.
func choose(a *schema.Attribute, list []map[string]any, selector filter.Expr) int {
	first := -1
	for i, element := range list {
		if !matches(a, selector, element) {
			continue
		}
		if element["primary"] == true {
			return i
		}
		if first < 0 {
			first = i
		}
	}
	return first
}

// get reads the value of an attribute.
func (d *document) get(t schema.Target) any {
	holder, name := d.holder(t)
	return holder[name]
}

// put writes the value of an attribute. An attribute without value, and an
// extension without attribute, does not exist.
func (d *document) put(t schema.Target, value any) {
	holder, name := d.holder(t)
	if !empty(value) {
		if holder == nil {
			holder = map[string]any{}
			d.values[t.Extension] = holder
		}
		holder[name] = value
		return
	}
	delete(holder, name)
	if t.Extension != "" && len(holder) == 0 {
		delete(d.values, d.extensionKey(t.Extension))
	}
}

func (d *document) putList(t schema.Target, list []map[string]any) error {
	if len(list) > limit(t.Attribute) {
		return errorf(InvalidValue, "%s would have more than %d values", t.Name, limit(t.Attribute))
	}
	values := make([]any, len(list))
	for i, element := range list {
		values[i] = element
	}
	d.put(t, values)
	return nil
}

// holder is the object an attribute is in, and its name there: a custom one
// keeps the spelling it was first given.
func (d *document) holder(t schema.Target) (map[string]any, string) {
	if t.Extension == "" {
		return d.values, t.Name
	}
	holder, _ := d.values[d.extensionKey(t.Extension)].(map[string]any)
	if t.Custom {
		return holder, spelling(holder, t.Name)
	}
	return holder, t.Name
}

func (d *document) extensionKey(urn string) string { return spelling(d.values, urn) }

// spelling finds a key in any case: the name itself where it is one or there is
// none, else the first.
func spelling(object map[string]any, name string) string {
	if _, exact := object[name]; exact {
		return name
	}
	first := ""
	for key := range object {
		if strings.EqualFold(key, name) && (first == "" || key < first) {
			first = key
		}
	}
	return cmp.Or(first, name)
}
