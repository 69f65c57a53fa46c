package graph

import (
	"reflect"
	"slices"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
)

// attribute ties a field of what clients can write of a resource to the field
// of ent's entity with the same name, and to its column.
type attribute struct {
	name     string
	column   string
	field    int // in A
	entField int // in E
}

// attributeTable is what clients can write of one kind of resource: A holds the
// attributes alone, E is ent's entity.
type attributeTable[A, E any] []attribute

var (
	userTable  = newAttributeTable[schematype.UserAttributes, ent.User]()
	groupTable = newAttributeTable[schematype.GroupAttributes, ent.Group]()
)

func newAttributeTable[A, E any]() attributeTable[A, E] {
	from, to := reflect.TypeFor[A](), reflect.TypeFor[E]()
	list := make(attributeTable[A, E], from.NumField())
	for i := range list {
		f := from.Field(i)
		e, ok := to.FieldByName(f.Name)
		if !ok || e.Type != f.Type {
			panic(to.String() + " has no " + f.Name + " like " + from.String())
		}
		list[i] = attribute{f.Tag.Get("attr"), f.Tag.Get("column"), i, e.Index[0]}
	}
	return list
}

// AttributesOf returns what a client can write of u.
func AttributesOf(u *ent.User) schematype.UserAttributes { return userTable.read(u) }

// GroupAttributesOf returns what a client can write of g, but for its members.
func GroupAttributesOf(g *ent.Group) schematype.GroupAttributes { return groupTable.read(g) }

// read returns the attributes of e.
func (t attributeTable[A, E]) read(e *E) (a A) {
	from, to := reflect.ValueOf(e).Elem(), reflect.ValueOf(&a).Elem()
	for _, attr := range t {
		to.Field(attr.field).Set(from.Field(attr.entField))
	}
	return a
}

// with returns a copy of e with the attributes a.
func (t attributeTable[A, E]) with(e *E, a A) *E {
	changed := *e
	from, to := reflect.ValueOf(a), reflect.ValueOf(&changed).Elem()
	for _, attr := range t {
		to.Field(attr.entField).Set(from.Field(attr.field))
	}
	return &changed
}

// columns is what ent's mutations offer for setting columns by their names.
type columns interface {
	SetField(column string, value ent.Value) error
	ClearField(column string) error
}

// setColumns writes attributes of a to their columns.
func setColumns[A any](m columns, changed []attribute, a A) error {
	values := reflect.ValueOf(a)
	for _, attr := range changed {
		if err := setColumn(m, attr.column, values.Field(attr.field)); err != nil {
			return err
		}
	}
	return nil
}

// setColumn writes a value to a column; what is unassigned becomes NULL.
func setColumn(m columns, column string, v reflect.Value) error {
	if v.Kind() != reflect.Bool && v.IsZero() {
		return m.ClearField(column)
	}
	if v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.String {
		v = v.Elem()
	}
	return m.SetField(column, v.Interface())
}

// assigned returns the attributes that a has, and their values by their names.
func (t attributeTable[A, E]) assigned(a A) (list []attribute, values attributes) {
	values = attributes{}
	v := reflect.ValueOf(a)
	for _, attr := range t {
		if assign(values, attr, v.Field(attr.field)) {
			list = append(list, attr)
		}
	}
	return list, values
}

// diff returns the attributes in which a and b differ.
func (t attributeTable[A, E]) diff(a, b A) (changed []attribute, before, after attributes) {
	before, after = attributes{}, attributes{}
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	for _, attr := range t {
		fa, fb := va.Field(attr.field), vb.Field(attr.field)
		if equalValue(fa, fb) {
			continue
		}
		changed = append(changed, attr)
		assign(before, attr, fa)
		assign(after, attr, fb)
	}
	return changed, before, after
}

func equalValue(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.String, reflect.Bool:
		return a.Interface() == b.Interface()
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
	default:
		if a.Len() == 0 || b.Len() == 0 {
			return a.Len() == b.Len()
		}
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// assign sets the attribute and reports true unless it is unassigned.
func assign(to attributes, attr attribute, v reflect.Value) bool {
	if v.Kind() != reflect.Bool && v.IsZero() {
		return false
	}
	to[attr.name] = v.Interface()
	return true
}

// touches reports whether an attribute of this name is among changed.
func touches(changed []attribute, names ...string) bool {
	return slices.ContainsFunc(changed, func(c attribute) bool { return slices.Contains(names, c.name) })
}
