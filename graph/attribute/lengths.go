package attribute

import (
	"encoding/json"
	"reflect"
	"unicode/utf8"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/apierror"
)

// The longest values within others, in characters. Those of their own are
// bounded by their columns.
const (
	maxInnerText = 4096     // a component of a name or address, a value of a list or what goes with it
	maxInnerData = 64 << 10 // a certificate, a photo, an attribute of another extension
)

// data are the attributes whose values are more than text to read.
var data = map[string]bool{"photos": true, "x509Certificates": true}

// checkLength refuses values within an attribute that are too long.
func checkLength(name string, f reflect.Value) error {
	if f.Kind() == reflect.Pointer && !f.IsNil() && f.Elem().Kind() == reflect.Struct {
		f = f.Elem()
	}
	most := maxInnerText
	if data[name] {
		most = maxInnerData
	}
	if longestText(f) > most {
		return apierror.Errorf(apierror.Invalid, name, "a value of %s is longer than %d characters", name, most)
	}
	return nil
}

// longestText is the length of the longest text within an object or a list of
// objects.
func longestText(v reflect.Value) (longest int) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			longest = max(longest, longestText(v.Index(i)))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if text, ok := v.Field(i).Interface().(*string); ok && text != nil {
				longest = max(longest, utf8.RuneCountInString(*text))
			}
		}
	}
	return longest
}

func checkExtensionValues(e schematype.Extensions) error {
	for urn, raw := range e {
		var values map[string]json.RawMessage
		if err := json.Unmarshal(raw, &values); err != nil || values == nil {
			return apierror.Errorf(apierror.Invalid, "extensions", "extensions: %.100q is no object", urn)
		}
		for name, value := range values {
			if utf8.RuneCount(value) > maxInnerData {
				return apierror.Errorf(apierror.Invalid, "extensions", "extensions: %.100q has an attribute %.64q of more than %d characters", urn, name, maxInnerData)
			}
		}
	}
	return nil
}
