package patch

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// empty reports whether a value means "unset". RFC 7643 §2.5 says so of null
// and []; clients send "" and {} as well.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// unset reports whether a value is empty, or a list of one that is.
func unset(v any) bool { return empty(alone(v)) }

// saysNothing reports whether a value is empty, or an object in which all is.
func saysNothing(v any) bool {
	v = alone(v)
	object, _ := v.(map[string]any)
	for _, inner := range object {
		if !saysNothing(inner) {
			return false
		}
	}
	return object != nil || empty(v)
}

// alone takes a value out of a list of one.
func alone(v any) any {
	if list, ok := v.([]any); ok && len(list) == 1 {
		return list[0]
	}
	return v
}

// simple converts a value to the type of a simple attribute; nil means unset.
// The value itself is kept as it is.
func simple(a *schema.Attribute, path string, value any) (any, error) {
	value = unwrap(value)
	if empty(value) {
		return nil, nil
	}
	if a.Type == schema.Boolean {
		switch v := value.(type) {
		case bool:
			return v, nil
		case string: // Entra's default dialect sends booleans as text
			if truth, ok := filter.Truth(v); ok {
				return truth, nil
			}
		}
		return nil, errorf(InvalidValue, "%s must be true or false", path)
	}
	if n, ok := value.(json.Number); ok && a.Type != schema.Binary {
		value = n.String() // a number from a source that has one where RFC 7643 has text
	}
	text, ok := value.(string)
	if !ok {
		return nil, errorf(InvalidValue, "%s must be a string", path)
	}
	return text, storable(path, text)
}

// unwrap takes a simple value out of the envelope in which older clients send
// it: [{"$ref":null,"value":"False"}].
func unwrap(value any) any {
	value = alone(value)
	if object, ok := value.(map[string]any); ok {
		if inner, ok := envelope(object); ok {
			return inner
		}
	}
	return value
}

// envelope returns the value of an object that says nothing else, but for a $ref.
func envelope(object map[string]any) (value any, ok bool) {
	for key, v := range object {
		switch {
		case strings.EqualFold(key, "value"):
			value, ok = v, true
		case !strings.EqualFold(key, "$ref") && !empty(v):
			return nil, false
		}
	}
	return value, ok
}

// storable refuses what PostgreSQL cannot keep in a text.
func storable(path, text string) error {
	if strings.ContainsRune(text, 0) {
		return errorf(InvalidValue, "%s contains the character U+0000", path)
	}
	if !utf8.ValidString(text) {
		return errorf(InvalidValue, "%s is not valid UTF-8", path)
	}
	return nil
}

// complexValue converts a value to the sub-attributes of a complex attribute
// or of one of its elements. A sub-attribute that is to be unset is nil.
func (d *document) complexValue(a *schema.Attribute, path string, value any) (map[string]any, error) {
	if !a.MultiValued {
		value = alone(value)
	}
	switch value.(type) {
	case string, json.Number:
		if a.SubAttribute("value") != nil {
			value = map[string]any{"value": value}
		}
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errorf(InvalidValue, "%s must be an object", path)
	}
	out := make(map[string]any, len(object))
	for _, key := range names(object) {
		sub := a.SubAttribute(key)
		if sub == nil {
			d.ignore(path+"."+key, Unknown)
			continue
		}
		if reason := unwritable(sub); reason != "" {
			d.ignore(path+"."+key, reason)
			continue
		}
		v, err := simple(sub, path+"."+sub.Name, object[key])
		if err != nil {
			return nil, err
		}
		out[sub.Name] = v
	}
	return out, nil
}

// unwritable gives the reason why clients do not write an attribute; "" if
// they do.
func unwritable(a *schema.Attribute) Reason {
	switch a.Mutability {
	case schema.ReadOnly:
		return ReadOnly
	case schema.WriteOnly:
		return NotStored
	}
	return ""
}

// update writes sub-attributes into a complex value; nil removes one.
func update(value, given map[string]any) {
	for name, v := range given {
		if v == nil {
			delete(value, name)
		} else {
			value[name] = v
		}
	}
}

// clone copies a JSON value in depth.
func clone(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, inner := range v {
			out[key] = clone(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = clone(inner)
		}
		return out
	}
	return value
}
