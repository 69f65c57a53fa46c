package model

import (
	"reflect"

	"github.com/feddir/feddir/ent/schematype"
)

// Apply sets on a what the patch has; null clears. Clearing the user name
// leaves it empty, for validation to refuse; clearing active makes it true,
// which is what a user is made with.
func (p UserPatch) Apply(a *schematype.UserAttributes) {
	apply(p, a)
	if v, ok := p.Active.ValueOK(); ok && v == nil {
		a.Active = true
	}
}

// Apply sets on a what the patch has; null clears. Clearing the name leaves it
// empty, for validation to refuse.
func (p GroupPatch) Apply(a *schematype.GroupAttributes) { apply(p, a) }

// apply sets the fields of attributes from the fields of the patch with the
// same names, each of them a graphql.Omittable of the field's type or of a
// pointer to it.
func apply(patch, attributes any) {
	from, to := reflect.ValueOf(patch), reflect.ValueOf(attributes).Elem()
	for i := range to.NumField() {
		given := from.FieldByName(to.Type().Field(i).Name)
		if !given.Interface().(interface{ IsSet() bool }).IsSet() {
			continue
		}
		field, value := to.Field(i), given.MethodByName("Value").Call(nil)[0]
		switch {
		case value.IsNil():
			field.SetZero()
		case value.Type() == field.Type():
			field.Set(value)
		default:
			field.Set(value.Elem())
		}
	}
}
