package document

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/jsontext"
	"github.com/feddir/feddir/internal/scim/schema"
)

// A Form says how the attributes that A holds are written in JSON. Fields with
// the tag "attr" are attributes; the one of type schematype.Extensions holds
// the extensions that have no schema here. Safe for concurrent use.
type Form[A any] struct {
	rt         schema.ResourceType
	sections   []section // the first is the resource itself
	extensions int       // field of A
}

// section is the attributes of the resource itself, or of one extension, in the
// order of their schema.
type section struct {
	urn    string // of the schema
	fields []field
}

// New returns the form of a resource type. It panics where A has an attribute
// that the schemas of the type do not describe.
func New[A any](rt schema.ResourceType) *Form[A] {
	f := &Form[A]{rt: rt, extensions: -1}
	t := reflect.TypeFor[A]()
	left := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		if t.Field(i).Type == reflect.TypeFor[schematype.Extensions]() {
			f.extensions = i
			continue
		}
		left[t.Field(i).Tag.Get("attr")] = i
	}
	add := func(urn string, attributes ...schema.Attribute) {
		s := section{urn: urn}
		for _, a := range attributes {
			if i, ok := left[a.Name]; ok {
				s.fields = append(s.fields, newField(a, i, t.Field(i).Type))
				delete(left, a.Name)
			}
		}
		f.sections = append(f.sections, s)
	}
	add(rt.Schema.ID, slices.Concat(schema.Common(), rt.Schema.Attributes)...)
	for _, s := range rt.Extensions {
		add(s.ID, s.Attributes...)
	}
	if len(left) > 0 || f.extensions < 0 {
		panic(fmt.Sprintf("internal/scim/schema does not describe these attributes of %v: %v", t, left))
	}
	return f
}

// Document returns the attributes as a document in the normal form of package
// patch.
func (f *Form[A]) Document(a *A) (map[string]any, error) {
	v := reflect.ValueOf(a).Elem()
	doc := make(map[string]any)
	for i, s := range f.sections {
		in := doc
		if i > 0 {
			in = make(map[string]any)
		}
		for _, field := range s.fields {
			if value := field.get(v); value != nil {
				in[field.name] = value
			}
		}
		if i > 0 && len(in) > 0 {
			doc[s.urn] = in
		}
	}
	for urn, text := range f.custom(v) {
		var values map[string]any
		if err := jsontext.Decode(text, &values); err != nil {
			return nil, err
		}
		doc[urn] = values
	}
	return doc, nil
}

// Read makes the attributes those of a document in normal form: what it lacks
// becomes unassigned. A boolean, which cannot be unassigned, stays as it is.
func (f *Form[A]) Read(doc map[string]any, a *A) error {
	v := reflect.ValueOf(a).Elem()
	for i, s := range f.sections {
		in := doc
		if i > 0 {
			in, _ = doc[s.urn].(map[string]any)
		}
		for _, field := range s.fields {
			if !field.set(v, in[field.name]) {
				return fmt.Errorf("%s is not of its type", field.name)
			}
		}
	}
	var extensions schematype.Extensions
	for urn, value := range doc {
		if s := f.rt.Extension(urn); !strings.Contains(urn, ":") || s != nil && s.ID == urn {
			continue // but what was kept under another name of a schema stays
		}
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if extensions == nil {
			extensions = make(schematype.Extensions)
		}
		extensions[urn] = text
	}
	v.Field(f.extensions).Set(reflect.ValueOf(extensions))
	return nil
}

// custom returns the extensions that no schema here describes.
func (f *Form[A]) custom(v reflect.Value) schematype.Extensions {
	return *v.Field(f.extensions).Addr().Interface().(*schematype.Extensions)
}
