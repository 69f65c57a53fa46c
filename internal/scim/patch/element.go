package patch

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/feddir/feddir/internal/scim/schema"
)

// elements reads the stored elements of a multi-valued attribute.
func elements(value any) []map[string]any {
	list, _ := value.([]any)
	out := make([]map[string]any, 0, len(list))
	for _, item := range list {
		if element, ok := item.(map[string]any); ok {
			out = append(out, element)
		}
	}
	return out
}

// givenElements converts the value of an operation to elements: a list, or
// one alone.
func (d *document) givenElements(a *schema.Attribute, path string, value any) ([]map[string]any, error) {
	named, err := d.namedElements(a, path, value)
	return slices.DeleteFunc(named, func(element map[string]any) bool { return hasOnly(element, "type", "primary") }), err
}

// namedElements is givenElements with those that say no more than a type.
func (d *document) namedElements(a *schema.Attribute, path string, value any) ([]map[string]any, error) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	if len(list) > limit(a) {
		return nil, errorf(InvalidValue, "%s has more than %d values", path, limit(a))
	}
	var out []map[string]any
	for _, item := range list {
		if empty(item) {
			continue
		}
		element, err := d.complexValue(a, path, item)
		if err != nil {
			return nil, err
		}
		maps.DeleteFunc(element, func(_ string, v any) bool { return v == nil })
		if len(element) > 0 {
			out = append(out, element)
		}
	}
	return out, nil
}

// misnamed reports whether an element says something, but nothing beyond a type
// under a name that the attribute knows.
func misnamed(a *schema.Attribute, value any) bool {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	return slices.ContainsFunc(list, func(item any) bool {
		object, _ := item.(map[string]any)
		other := false
		for name, v := range object {
			switch sub := a.SubAttribute(name); {
			case sub == nil:
				other = other || !empty(v)
			case sub.Name != "type" && sub.Name != "primary":
				return false
			}
		}
		return other
	})
}

func limit(a *schema.Attribute) int {
	if a.Name == "members" {
		return MaxMembers
	}
	return MaxElements
}

// hasOnly reports whether an element says nothing beyond the named
// sub-attributes.
func hasOnly(element map[string]any, names ...string) bool {
	for name := range element {
		if !slices.Contains(names, name) {
			return false
		}
	}
	return true
}

// combine adds elements to a list. One of the same type and value as an
// element that is there updates it (RFC 7643 §2.4 forbids both to exist), and
// the last to be primary is the only one.
func combine(a *schema.Attribute, list, added []map[string]any) []map[string]any {
	at := make(map[string]int, len(list)+len(added))
	for i, element := range list {
		at[identity(a, element)] = i
	}
	primary := -1
	for _, element := range added {
		id := identity(a, element)
		i, ok := at[id]
		if ok {
			update(list[i], element)
		} else {
			i = len(list)
			list, at[id] = append(list, element), i
		}
		if element["primary"] == true {
			primary = i
		}
	}
	if primary >= 0 {
		onlyPrimary(list, primary)
	}
	return list
}

// onlyPrimary makes every other element not primary, RFC 7644 §3.5.2.
func onlyPrimary(list []map[string]any, primary int) {
	for i, element := range list {
		if i != primary && element["primary"] == true {
			element["primary"] = false
		}
	}
}

// identity is equal for elements that are the same: by type and value, or by
// all sub-attributes where there is no value.
func identity(a *schema.Attribute, element map[string]any) string {
	which := []string{"type", "value"}
	if element["value"] == nil {
		which = names(element)
	}
	var b strings.Builder
	for _, name := range which {
		v := element[name]
		if text, ok := v.(string); ok {
			if sub := a.SubAttribute(name); sub != nil {
				v = fold(sub, text)
			}
		}
		fmt.Fprintf(&b, "%s\x00%v\x00", name, v)
	}
	return b.String()
}

// named reports whether an element is meant by one in the list of a remove:
// by value, and type if given; without value, by all that is given.
func named(a *schema.Attribute, element, given map[string]any) bool {
	for name, want := range given {
		if given["value"] != nil && name != "value" && name != "type" {
			continue
		}
		got := element[name]
		if text, ok := got.(string); ok {
			sub, wanted := a.SubAttribute(name), fmt.Sprint(want)
			if fold(sub, text) != fold(sub, wanted) {
				return false
			}
		} else if got != want {
			return false
		}
	}
	return true
}
