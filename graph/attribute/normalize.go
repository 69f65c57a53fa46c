package attribute

import (
	"encoding/json"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/jsontext"
)

// Normalize makes empty what is empty and brings the JSON of extensions into
// the one form that is stored, so that equal attributes compare equal. It
// fails on what the database cannot hold and on a name that is missing.
func (t Table[A, E]) Normalize(a *A) error {
	v := reflect.ValueOf(a).Elem()
	for _, attr := range t {
		f := v.Field(attr.field)
		clearEmpty(f)
		if f.Kind() == reflect.String && f.Len() == 0 {
			return apierror.Errorf(apierror.Invalid, attr.name, "%s must not be empty", attr.name)
		}
		if !storable(f) {
			return apierror.Errorf(apierror.Invalid, attr.name, "%s holds a character that cannot be stored", attr.name)
		}
	}
	for _, attr := range t {
		if err := checkLength(attr.name, v.Field(attr.field)); err != nil {
			return err
		}
	}
	extensions := v.FieldByName("Extensions").Addr().Interface().(*schematype.Extensions)
	if err := checkExtensionValues(*extensions); err != nil {
		return err
	}
	canonical, err := canonicalExtensions(*extensions)
	*extensions = canonical
	return err
}

// clearEmpty unassigns a list, an object or a text without content.
func clearEmpty(f reflect.Value) {
	switch {
	case f.Kind() == reflect.Slice && f.Len() == 0,
		f.Kind() == reflect.Pointer && !f.IsNil() && f.Elem().IsZero():
		f.SetZero()
	}
}

func canonicalExtensions(e schematype.Extensions) (schematype.Extensions, error) {
	if len(e) == 0 {
		return nil, nil
	}
	out := make(schematype.Extensions, len(e))
	for urn, raw := range e {
		text, err := json.Marshal(raw)
		if err != nil || !Storable(urn) || jsontext.HoldsNUL(text) {
			return nil, apierror.Errorf(apierror.Invalid, "extensions", "extensions: %.64q is not JSON that can be stored", urn)
		}
		if !strings.HasPrefix(strings.ToLower(urn), "urn:") {
			return nil, apierror.Errorf(apierror.Invalid, "extensions", "extensions: %.64q is not a URN", urn)
		}
		out[urn] = text
	}
	return out, nil
}

// storable reports whether every string in v is [Storable].
func storable(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return Storable(v.String())
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

// Storable reports whether s is UTF-8 without NUL, which is what PostgreSQL can
// hold.
func Storable(s string) bool {
	return utf8.ValidString(s) && !strings.Contains(s, "\x00")
}
