package document

import (
	"reflect"
	"strings"

	"github.com/feddir/feddir/internal/scim/schema"
)

// field is one attribute: a text, a boolean, an object or a list of objects.
type field struct {
	name      string
	index     int   // in the struct
	subs      []sub // of an object or a list of objects
	reference bool  // a text that is the value of a complex attribute: an id
}

// sub is a sub-attribute: a pointer to a text or to a boolean.
type sub struct {
	name  string
	index int // in the struct of the object
}

func newField(a schema.Attribute, index int, t reflect.Type) field {
	f := field{name: a.Name, index: index}
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	f.reference = a.Type == schema.Complex && t.Kind() == reflect.String
	if t.Kind() != reflect.Struct {
		return f
	}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		f.subs = append(f.subs, sub{name, i})
	}
	return f
}

// get returns the value of the attribute of a struct, nil where it is
// unassigned.
func (f field) get(of reflect.Value) any {
	v := of.Field(f.index)
	switch v.Kind() {
	case reflect.Slice:
		if v.Len() == 0 {
			return nil
		}
		list := make([]any, v.Len())
		for i := range list {
			list[i] = f.object(v.Index(i))
		}
		return list
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	switch {
	case f.subs != nil:
		return f.object(v)
	case f.reference:
		return map[string]any{"value": v.Interface()}
	case v.Kind() == reflect.String && v.Len() == 0:
		return nil
	}
	return v.Interface()
}

func (f field) object(v reflect.Value) map[string]any {
	object := make(map[string]any, len(f.subs))
	for _, s := range f.subs {
		if p := v.Field(s.index); !p.IsNil() {
			object[s.name] = p.Elem().Interface()
		}
	}
	return object
}

// set assigns a value to the attribute of a struct; nil unassigns all but a
// boolean. It reports false for a value that is not of the attribute's type.
func (f field) set(of reflect.Value, value any) bool {
	v := of.Field(f.index)
	if object, ok := value.(map[string]any); ok && f.reference {
		if value = object["value"]; value == "" {
			value = nil
		}
	}
	if value == nil {
		if v.Kind() != reflect.Bool {
			v.SetZero()
		}
		return true
	}
	switch {
	case v.Kind() == reflect.Slice:
		return f.setList(v, value)
	case f.subs != nil:
		object := reflect.New(v.Type().Elem())
		v.Set(object)
		return f.setObject(object.Elem(), value)
	}
	return assign(v, value)
}

func (f field) setList(v reflect.Value, value any) bool {
	elements, ok := value.([]any)
	if !ok {
		return false
	}
	v.Set(reflect.MakeSlice(v.Type(), len(elements), len(elements)))
	for i, element := range elements {
		if !f.setObject(v.Index(i), element) {
			return false
		}
	}
	return true
}

func (f field) setObject(v reflect.Value, value any) bool {
	object, ok := value.(map[string]any)
	for _, s := range f.subs {
		if given := object[s.name]; given != nil && !assign(v.Field(s.index), given) {
			return false
		}
	}
	return ok
}

// assign sets a text or a boolean, or makes a pointer point to a new one.
func assign(v reflect.Value, value any) bool {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	given := reflect.ValueOf(value)
	if given.Type() != v.Type() {
		return false
	}
	v.Set(given)
	return true
}
