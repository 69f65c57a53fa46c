package extension

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/jsontext"
	"github.com/feddir/feddir/internal/scim/schema"
)

// Convert returns the attributes of extensions of a resource as their schemas
// have them: a boolean that came as text becomes one. It fails on values of
// another type. Nothing is asked of what no schema describes, nor of what is in
// old already: a schema may be younger than the values.
func Convert(all []schema.Custom, rt schema.ResourceType, old, e schematype.Extensions) (_ schematype.Extensions, err error) {
	converted := schematype.Extensions{}
	for urn, given := range e {
		converted[urn] = given
		if bytes.Equal(old[urn], given) {
			continue
		}
		if rt.IsCore(urn) || rt.Extension(urn) != nil {
			return nil, apierror.Errorf(apierror.Invalid, "extensions", "extensions: %.100q is no extension but another name of attributes of their own", urn)
		}
		if err := checkNumbers(old[urn], given); err != nil {
			return nil, apierror.Errorf(apierror.Invalid, "extensions", "%.100q: %v", urn, err)
		}
		of := schema.For(rt, all)
		i := slices.IndexFunc(of, func(s *schema.Schema) bool { return strings.EqualFold(s.ID, urn) })
		if i < 0 {
			continue
		}
		if converted[urn], err = convert(of[i], old[urn], given); err != nil {
			return nil, apierror.Errorf(apierror.Invalid, "extensions", "%s: %v", of[i].ID, err)
		}
	}
	return converted, nil
}

// checkNumbers refuses numbers that are new and greater than a double: JSON has
// them, but most who read a list with one of them could read none of it (RFC
// 8259 §6).
func checkNumbers(old, given json.RawMessage) error {
	before, err := decode(old)
	if err != nil {
		return err
	}
	values, err := decode(given)
	if err != nil {
		return err
	}
	for name, raw := range values {
		var v any
		if !bytes.Equal(before[name], raw) && json.Unmarshal(raw, &v) != nil {
			return fmt.Errorf("%.64q holds a number that is too large", name)
		}
	}
	return nil
}

// convert returns the JSON of an extension as its schema has it.
func convert(s *schema.Schema, old, given json.RawMessage) (json.RawMessage, error) {
	before, err := decode(old)
	if err != nil {
		return nil, err
	}
	values, err := decode(given)
	if err != nil {
		return nil, err
	}
	changed := false
	for name, raw := range values {
		a := s.Attribute(name)
		if a == nil || bytes.Equal(before[name], raw) {
			continue
		}
		v, err := decodeValue(raw)
		if err != nil {
			return nil, err
		}
		if v, err = a.Accept(v); err != nil {
			return nil, err
		}
		text, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(text, raw) {
			values[name], changed = text, true
		}
	}
	if err := s.CheckRequired(values); err != nil || !changed {
		return given, err
	}
	return json.Marshal(values)
}

func decode(raw json.RawMessage) (values map[string]json.RawMessage, err error) {
	if raw == nil {
		return nil, nil
	}
	err = json.Unmarshal(raw, &values)
	return values, err
}

func decodeValue(raw json.RawMessage) (v any, err error) {
	err = jsontext.Decode(raw, &v)
	return v, err
}
