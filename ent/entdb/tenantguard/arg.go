package tenantguard

import (
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"reflect"
	"strings"
)

func fold(name string) string { return strings.ToLower(name) }

// same tells whether an argument is the given UUID, in any of the forms in
// which it reaches a driver.
func same(v any, id *[16]byte) bool {
	switch v := v.(type) {
	case string:
		return isText(v, id)
	case [16]byte:
		return v == *id
	case []byte:
		return len(v) == len(id) && string(v) == string(id[:]) || isText(string(v), id)
	case nil:
		return false
	case driver.NamedValue:
		return same(v.Value, id)
	case sql.NamedArg:
		return same(v.Value, id)
	}
	return converted(v, id)
}

// converted unwraps what database/sql would convert before it calls the driver.
func converted(v any, id *[16]byte) bool {
	rv := reflect.ValueOf(v)
	if rv.Kind() == reflect.Pointer && rv.IsNil() {
		return false
	}
	if valuer, ok := v.(driver.Valuer); ok {
		value, err := valuer.Value()
		if _, again := value.(driver.Valuer); again || err != nil {
			return false
		}
		return same(value, id)
	}
	switch rv.Kind() {
	case reflect.Pointer:
		return same(rv.Elem().Interface(), id)
	case reflect.String:
		return isText(rv.String(), id)
	case reflect.Array:
		return rv.Type().ConvertibleTo(reflect.TypeFor[[16]byte]()) &&
			rv.Convert(reflect.TypeFor[[16]byte]()).Interface() == *id
	}
	return false
}

// isText tells whether s is the UUID in its canonical form (RFC 9562 section
// 4), in either case.
func isText(s string, id *[16]byte) bool {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return false
	}
	var hexes [32]byte
	copy(hexes[:], s[:8])
	copy(hexes[8:], s[9:13])
	copy(hexes[12:], s[14:18])
	copy(hexes[16:], s[19:23])
	copy(hexes[20:], s[24:])
	var got [16]byte
	_, err := hex.Decode(got[:], hexes[:])
	return err == nil && got == *id
}
