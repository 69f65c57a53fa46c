package patch

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// setCustom writes an attribute of an extension without a schema here: all of it,
// or the value that a filter selects from a list.
func (d *document) setCustom(op Op, t schema.Target, selector filter.Expr, value any) error {
	given, isList, err := d.simpleValues(t, value)
	if err != nil || given == nil {
		return err
	}
	stored := d.get(t)
	list, several := stored.([]any)
	if several && selector != nil {
		given, err = replaceSelected(t, list, selector, given)
	} else if op == Add && stored != nil {
		if isList = several || len(given) > 1; !several {
			list = []any{stored}
		}
		if isList {
			given = join(list, given)
		}
	}
	switch {
	case err != nil:
		return err
	case len(given) > MaxElements:
		return errorf(InvalidValue, "%s would have more than %d values", shown(t.Extension+":"+t.Name), MaxElements)
	case isList || several && selector != nil:
		d.put(t, given)
	case len(given) == 0:
		d.put(t, nil)
	default:
		d.put(t, given[0])
	}
	return nil
}

// simpleValues takes simple values out of their envelopes and leaves out those
// that are empty. It reports others, and returns nil then.
func (d *document) simpleValues(t schema.Target, value any) (given []any, isList bool, err error) {
	path := t.Extension + ":" + t.Name
	list, isList := value.([]any)
	if !isList {
		list = []any{value}
	} else if len(list) == 1 {
		_, enveloped := list[0].(map[string]any)
		isList = !enveloped || d.isList(t)
	}
	given = make([]any, 0, len(list))
	for _, item := range list {
		item = unwrap(item)
		switch v := item.(type) {
		case string:
			if err := storable(shown(path), v); err != nil {
				return nil, false, err
			}
		case bool, json.Number:
		default:
			if !empty(item) {
				d.ignore(path, NotSimple)
				return nil, false, nil
			}
		}
		if !empty(item) {
			given = append(given, item)
		}
	}
	return given, isList, nil
}

// replaceSelected writes the first value that a filter selects from a list, or
// adds a value where it selects none; no value removes all that it selects.
func replaceSelected(t schema.Target, list []any, selector filter.Expr, given []any) ([]any, error) {
	selects := func(v any) bool { return fits(t, selector, v) }
	if len(given) == 0 {
		return slices.DeleteFunc(list, selects), nil
	}
	if len(given) > 1 {
		return nil, errorf(InvalidValue, "%s: several values for one", t.Name)
	}
	if i := slices.IndexFunc(list, selects); i >= 0 {
		list[i] = given[0]
		return list, nil
	}
	if _, ok := elementFor(parts(t.Attribute), selector); !ok {
		return nil, errorf(NoTarget, "no value of %s matches the filter, and it does not describe a new one", t.Name)
	}
	return join(list, given), nil
}

// join adds the values to a list that it lacks.
func join(list, given []any) []any {
	for _, v := range given {
		if !slices.ContainsFunc(list, func(there any) bool { return fmt.Sprint(there) == fmt.Sprint(v) }) {
			list = append(list, v)
		}
	}
	return list
}

// removeCustom drops an attribute of an extension without a schema here, or from
// a list the values that a filter selects or that are given.
func (d *document) removeCustom(t schema.Target, selector filter.Expr, value any) error {
	list, several := d.get(t).([]any)
	switch {
	case !several && !d.selected(t, selector):
		return nil
	case !several || selector == nil && unsaid(value):
		d.put(t, nil)
		return nil
	case selector != nil:
		d.put(t, slices.DeleteFunc(list, func(v any) bool { return fits(t, selector, v) }))
		return nil
	}
	given, _, err := d.simpleValues(t, value)
	text := func(v any) string { return fold(t.Attribute, fmt.Sprint(v)) }
	d.put(t, slices.DeleteFunc(list, func(v any) bool {
		return slices.ContainsFunc(given, func(g any) bool { return text(v) == text(g) })
	}))
	return err
}
