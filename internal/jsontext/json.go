package jsontext

import (
	"bytes"
	"encoding/json"
)

// Decode reads the first value of a text. Numbers keep their text, as
// json.Number.
func Decode(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return d.Decode(into)
}

// Append writes a value without the escapes that only HTML needs.
func Append(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the line feed
	return nil
}
