package tenantguard

import (
	"database/sql"
	"database/sql/driver"
	"reflect"

	"github.com/google/uuid"
)

// equalsID reports whether a bound value is the UUID, in any of the forms in which
// drivers get it.
func equalsID(v any, id *[16]byte) bool {
	switch v := v.(type) {
	case string:
		return equalsText(v, id)
	case [16]byte:
		return v == *id
	case []byte:
		return len(v) == len(id) && string(v) == string(id[:]) || equalsText(string(v), id)
	case nil:
		return false
	case driver.NamedValue:
		return equalsID(v.Value, id)
	case sql.NamedArg:
		return equalsID(v.Value, id)
	}
	return equalsConverted(v, id)
}

// equalsConverted compares values that database/sql converts before it calls the
// driver.
func equalsConverted(v any, id *[16]byte) bool {
	rv := reflect.ValueOf(v)
	if rv.Kind() == reflect.Pointer && rv.IsNil() {
		return false
	}
	if valuer, ok := v.(driver.Valuer); ok {
		value, err := valuer.Value()
		if _, again := value.(driver.Valuer); again || err != nil {
			return false
		}
		return equalsID(value, id)
	}
	switch rv.Kind() {
	case reflect.Pointer:
		return equalsID(rv.Elem().Interface(), id)
	case reflect.String:
		return equalsText(rv.String(), id)
	case reflect.Array:
		return rv.Type().ConvertibleTo(reflect.TypeFor[[16]byte]()) &&
			rv.Convert(reflect.TypeFor[[16]byte]()).Interface() == *id
	}
	return false
}

// equalsText reports whether s is the UUID in its canonical form (RFC 9562 section
// 4), ignoring case.
func equalsText(s string, id *[16]byte) bool {
	if len(s) != 36 { // uuid.Parse reads other forms too
		return false
	}
	got, err := uuid.Parse(s)
	return err == nil && got == *id
}
