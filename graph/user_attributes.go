package graph

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/apierror"
)

// userAttribute ties a field of schematype.UserAttributes to the field of
// ent.User with the same name, and to its column.
type userAttribute struct {
	name     string // of the attribute
	column   string
	field    int // in UserAttributes
	entField int // in ent.User
}

var userAttributes = func() []userAttribute {
	from, to := reflect.TypeFor[schematype.UserAttributes](), reflect.TypeFor[ent.User]()
	list := make([]userAttribute, from.NumField())
	for i := range list {
		f := from.Field(i)
		e, ok := to.FieldByName(f.Name)
		if !ok || e.Type != f.Type {
			panic("ent.User has no " + f.Name + " like UserAttributes")
		}
		list[i] = userAttribute{f.Tag.Get("attr"), f.Tag.Get("column"), i, e.Index[0]}
	}
	return list
}()

// AttributesOf returns what a client can write of u.
func AttributesOf(u *ent.User) schematype.UserAttributes {
	var a schematype.UserAttributes
	from, to := reflect.ValueOf(u).Elem(), reflect.ValueOf(&a).Elem()
	for _, attr := range userAttributes {
		to.Field(attr.field).Set(from.Field(attr.entField))
	}
	return a
}

// withAttributes returns a copy of u with the attributes a.
func withAttributes(u *ent.User, a schematype.UserAttributes) *ent.User {
	changed := *u
	from, to := reflect.ValueOf(a), reflect.ValueOf(&changed).Elem()
	for _, attr := range userAttributes {
		to.Field(attr.entField).Set(from.Field(attr.field))
	}
	return &changed
}

// columns is what ent's mutations offer for setting columns by their names.
type columns interface {
	SetField(column string, value ent.Value) error
	ClearField(column string) error
}

// setColumn writes a field of UserAttributes to its column; what is unassigned
// becomes NULL.
func setColumn(m columns, column string, v reflect.Value, clear bool) error {
	if v.Kind() != reflect.Bool && v.IsZero() {
		if !clear {
			return nil
		}
		return m.ClearField(column)
	}
	if v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.String {
		v = v.Elem()
	}
	return m.SetField(column, v.Interface())
}

// diffUser returns the attributes in which a and b differ.
func diffUser(a, b schematype.UserAttributes) (changed []userAttribute, before, after attributes) {
	before, after = attributes{}, attributes{}
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	for _, attr := range userAttributes {
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

// assign sets the attribute unless it is unassigned.
func assign(to attributes, attr userAttribute, v reflect.Value) {
	if v.Kind() == reflect.Bool || !v.IsZero() {
		to[attr.name] = v.Interface()
	}
}

// all returns every assigned attribute.
func allAttributes(a schematype.UserAttributes) attributes {
	all := attributes{}
	v := reflect.ValueOf(a)
	for _, attr := range userAttributes {
		assign(all, attr, v.Field(attr.field))
	}
	return all
}

// normalize makes empty what is empty and brings the JSON of extensions into
// the one form that is stored, so that equal attributes compare equal. It
// fails on what the database cannot hold.
func normalize(a *schematype.UserAttributes) error {
	if a.Name != nil && *a.Name == (schematype.Name{}) {
		a.Name = nil
	}
	v := reflect.ValueOf(a).Elem()
	for _, attr := range userAttributes {
		f := v.Field(attr.field)
		if f.Kind() == reflect.Slice && f.Len() == 0 {
			f.SetZero()
		}
		if f.Kind() == reflect.Pointer && !f.IsNil() && f.Elem().Kind() == reflect.String && f.Elem().Len() == 0 {
			f.SetZero()
		}
		if !storable(f) {
			return apierror.Errorf(apierror.Invalid, attr.name, "%s holds a character that cannot be stored", attr.name)
		}
	}
	if a.UserName == "" {
		return apierror.Errorf(apierror.Invalid, "userName", "userName must not be empty")
	}
	if err := checkInner(a); err != nil {
		return err
	}
	extensions, err := canonicalExtensions(a.Extensions)
	a.Extensions = extensions
	return err
}

func canonicalExtensions(e schematype.Extensions) (schematype.Extensions, error) {
	if len(e) == 0 {
		return nil, nil
	}
	out := make(schematype.Extensions, len(e))
	for urn, raw := range e {
		text, err := json.Marshal(raw)
		if err != nil || !storableText(urn) || bytes.Contains(text, []byte(`\u0000`)) {
			return nil, apierror.Errorf(apierror.Invalid, "extensions", "extensions: %.64q is not JSON that can be stored", urn)
		}
		if !strings.HasPrefix(strings.ToLower(urn), "urn:") {
			return nil, apierror.Errorf(apierror.Invalid, "extensions", "extensions: %.64q is not a URN", urn)
		}
		out[urn] = text
	}
	return out, nil
}

// storable reports whether every string in v is UTF-8 without NUL, which is
// what PostgreSQL can hold.
func storable(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return storableText(v.String())
	case reflect.Pointer:
		return v.IsNil() || storable(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if !storable(v.Field(i)) {
				return false
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return true
		}
		for i := range v.Len() {
			if !storable(v.Index(i)) {
				return false
			}
		}
	}
	return true
}

func storableText(s string) bool {
	return utf8.ValidString(s) && !strings.Contains(s, "\x00")
}

// userKeys are the columns that follow from the attributes.
type userKeys struct{ userName, sortName string }

func keysOf(a schematype.UserAttributes) userKeys {
	name := a.UserName
	if a.DisplayName != nil {
		name = *a.DisplayName
	}
	return userKeys{schematype.Fold(a.UserName), schematype.Fold(name)}
}

// touches reports whether an attribute of this name is among changed.
func touches(changed []userAttribute, names ...string) bool {
	return slices.ContainsFunc(changed, func(c userAttribute) bool { return slices.Contains(names, c.name) })
}
