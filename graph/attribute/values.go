package attribute

import (
	"encoding/json"
	"reflect"

	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/internal/apierror"
)

// Values are attributes by their names, with only those that changed.
type Values map[string]any

// Assign sets the field when o was given; null empties it.
func Assign[T any](field *T, o graphql.Omittable[*T]) {
	v, ok := o.ValueOK()
	if !ok {
		return
	}
	var empty T
	*field = empty
	if v != nil {
		*field = *v
	}
}

// Difference returns in what before and after differ. It fails when after
// cannot be stored.
func Difference(before, after Values) (was, is Values, err error) {
	return before.without(after), after.without(before), after.CheckStorable()
}

// CheckStorable fails for text that PostgreSQL cannot hold.
func (a Values) CheckStorable() error {
	for name, value := range a {
		if text, ok := value.(string); ok && !Storable(text) {
			return apierror.Errorf(apierror.Invalid, name, "%s holds a character that cannot be stored", name)
		}
	}
	return nil
}

// JSON returns the values as JSON, or nil where there are none.
func (a Values) JSON() (map[string]json.RawMessage, error) {
	if len(a) == 0 {
		return nil, nil
	}
	out := make(map[string]json.RawMessage, len(a))
	for name, value := range a {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		out[name] = text
	}
	return out, nil
}

// without returns the attributes of a that b lacks or has with another value.
func (a Values) without(b Values) Values {
	rest := Values{}
	for name, value := range a {
		if other, ok := b[name]; !ok || !reflect.DeepEqual(value, other) {
			rest[name] = value
		}
	}
	return rest
}
