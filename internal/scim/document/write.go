package document

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// usualSize is what most resources take, in bytes.
const usualSize = 1 << 10

// A Head is what a resource has beside its attributes, RFC 7643 §3.1.
type Head struct {
	ID                    string
	Created, LastModified time.Time
	Location, Version     string
}

// Append writes a resource as a JSON object: its attributes in the order of
// their schemas, then meta, then the extensions that have no schema here. What
// a complex attribute refers to has the location that locate returns for its
// id, or none where that is empty.
func (f *Form[A]) Append(b *bytes.Buffer, h Head, a *A, locate func(id string) string) error {
	start, v := b.Len(), reflect.ValueOf(a).Elem()
	custom := f.custom(v)
	urns := slices.Sorted(maps.Keys(custom))
	w := writer{Buffer: b}
	w.Grow(usualSize)
	w.WriteString(`{"schemas":[`)
	w.text(f.sections[0].urn)
	for _, s := range f.sections[1:] {
		if s.assigned(v) {
			w.WriteByte(',')
			w.text(s.urn)
		}
	}
	for _, urn := range urns {
		w.WriteByte(',')
		w.text(urn)
	}
	w.WriteString(`],"id":`)
	w.text(h.ID)
	w.fields(f.sections[0].fields, v, locate)
	for _, s := range f.sections[1:] {
		if s.assigned(v) {
			w.section(s, v, locate)
		}
	}
	w.head(f.rt.Name, h)
	for _, urn := range urns {
		w.name(urn)
		w.Write(custom[urn])
	}
	w.WriteByte('}')
	if w.err != nil {
		b.Truncate(start)
	}
	return w.err
}

// assigned reports whether the section has any attribute.
func (s section) assigned(v reflect.Value) bool {
	return slices.ContainsFunc(s.fields, func(f field) bool { return !f.empty(v.Field(f.index)) })
}

func (f field) empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String, reflect.Slice:
		return v.Len() == 0
	case reflect.Pointer:
		return v.IsNil()
	}
	return false
}

// writer appends JSON without the escapes that only HTML needs. The first error
// stays.
type writer struct {
	*bytes.Buffer
	enc *json.Encoder
	err error
}

func (w *writer) section(s section, v reflect.Value, locate func(string) string) {
	w.name(s.urn)
	start := w.Len()
	w.fields(s.fields, v, locate)
	w.Bytes()[start] = '{' // in the place of the first comma
	w.WriteByte('}')
}

func (w *writer) fields(fields []field, of reflect.Value, locate func(string) string) {
	for _, f := range fields {
		v := of.Field(f.index)
		if f.empty(v) {
			continue
		}
		w.name(f.name)
		switch p := v.Addr().Interface().(type) {
		case *string:
			w.text(*p)
		case **string:
			if f.reference {
				w.reference(**p, locate)
			} else {
				w.text(**p)
			}
		case *bool:
			w.Write(strconv.AppendBool(w.AvailableBuffer(), *p))
		default:
			w.value(p)
		}
	}
}

func (w *writer) reference(id string, locate func(string) string) {
	w.WriteString(`{"value":`)
	w.text(id)
	if location := locate(id); location != "" {
		w.name("$ref")
		w.text(location)
	}
	w.WriteByte('}')
}

// head writes the attribute meta.
func (w *writer) head(resourceType string, h Head) {
	w.name("meta")
	w.WriteString(`{"resourceType":`)
	w.text(resourceType)
	w.name("created")
	w.time(h.Created)
	w.name("lastModified")
	w.time(h.LastModified)
	w.name("location")
	w.text(h.Location)
	w.name("version")
	w.text(h.Version)
	w.WriteByte('}')
}

// name begins another member of an object.
func (w *writer) name(name string) {
	w.WriteByte(',')
	w.text(name)
	w.WriteByte(':')
}

// time writes the dateTime of RFC 7643 §2.3.5 in UTC with milliseconds, which
// is all that is stored.
func (w *writer) time(t time.Time) {
	w.Write(t.UTC().AppendFormat(w.AvailableBuffer(), `"2006-01-02T15:04:05.000Z"`))
}

func (w *writer) text(s string) {
	if !plain(s) {
		w.value(s)
		return
	}
	w.WriteByte('"')
	w.WriteString(s)
	w.WriteByte('"')
}

// plain reports whether a text is written in JSON as it is.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (w *writer) value(v any) {
	if w.enc == nil {
		w.enc = json.NewEncoder(w.Buffer)
		w.enc.SetEscapeHTML(false)
	}
	if err := w.enc.Encode(v); err != nil {
		w.err = cmp.Or(w.err, err)
		return
	}
	w.Truncate(w.Len() - 1) // the line feed
}
