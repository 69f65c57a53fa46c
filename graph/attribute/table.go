package attribute

import (
	"reflect"
	"slices"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
)

// Attribute ties a field of what clients can write of a resource to the field
// of ent's entity with the same name, and to its column.
type Attribute struct {
	name     string
	column   string
	field    int // in A
	entField int // in E
}

// Table is what clients can write of one kind of resource: A holds the
// attributes alone, E is ent's entity.
type Table[A, E any] []Attribute

// What a client can write of a user, and of a group but for its members.
var (
	Users  = newTable[schematype.UserAttributes, ent.User]()
	Groups = newTable[schematype.GroupAttributes, ent.Group]()
)

func newTable[A, E any]() Table[A, E] {
	from, to := reflect.TypeFor[A](), reflect.TypeFor[E]()
	list := make(Table[A, E], from.NumField())
	for i := range list {
		f := from.Field(i)
		e, ok := to.FieldByName(f.Name)
		if !ok || e.Type != f.Type {
			panic(to.String() + " has no " + f.Name + " like " + from.String())
		}
		list[i] = Attribute{f.Tag.Get("attr"), f.Tag.Get("column"), i, e.Index[0]}
	}
	return list
}

// Of returns the attributes of e.
func (t Table[A, E]) Of(e *E) (a A) {
	from, to := reflect.ValueOf(e).Elem(), reflect.ValueOf(&a).Elem()
	for _, attr := range t {
		to.Field(attr.field).Set(from.Field(attr.entField))
	}
	return a
}

// With returns a copy of e with the attributes a.
func (t Table[A, E]) With(e *E, a A) *E {
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

// SetColumns writes attributes of a to their columns.
func SetColumns[A any](m columns, changed []Attribute, a A) error {
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

// Assigned returns the attributes that a has, and their values by their names.
func (t Table[A, E]) Assigned(a A) (list []Attribute, values Values) {
	values = Values{}
	v := reflect.ValueOf(a)
	for _, attr := range t {
		if assign(values, attr, v.Field(attr.field)) {
			list = append(list, attr)
		}
	}
	return list, values
}

// Diff returns the attributes in which a and b differ.
func (t Table[A, E]) Diff(a, b A) (changed []Attribute, before, after Values) {
	before, after = Values{}, Values{}
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
func assign(to Values, attr Attribute, v reflect.Value) bool {
	if v.Kind() != reflect.Bool && v.IsZero() {
		return false
	}
	to[attr.name] = v.Interface()
	return true
}

// Touches reports whether an attribute of this name is among changed.
func Touches(changed []Attribute, names ...string) bool {
	return slices.ContainsFunc(changed, func(c Attribute) bool { return slices.Contains(names, c.name) })
}
