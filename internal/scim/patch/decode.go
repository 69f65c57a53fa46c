package patch

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/feddir/feddir/internal/jsontext"
)

// An Op is what an operation does, in lower case.
type Op string

// The operations of RFC 7644 §3.5.2.
const (
	Add     Op = "add"
	Remove  Op = "remove"
	Replace Op = "replace"
)

// An Operation is one step of a PATCH request.
type Operation struct {
	Op    Op
	Path  string // empty: the keys of Value are the paths
	Value any    // as Decode gives it; nil when absent
}

// Decode reads a JSON object; numbers become json.Number. The error is an
// *Error of type InvalidSyntax.
func Decode(data []byte) (map[string]any, error) {
	if !utf8.Valid(data) {
		return nil, errorf(InvalidSyntax, "the body is not valid UTF-8")
	}
	if jsontext.HalfCharacter(data) {
		return nil, errorf(InvalidSyntax, "the body has an escape of half a character, such as \\ud83d without the other half")
	}
	if tooDeep(data) {
		return nil, errorf(InvalidSyntax, "the body is nested deeper than %d", MaxDepth)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var body any
	if err := dec.Decode(&body); err != nil {
		return nil, errorf(InvalidSyntax, "the body is not valid JSON")
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errorf(InvalidSyntax, "the body goes on after its JSON value")
	}
	object, ok := body.(map[string]any)
	if !ok {
		return nil, errorf(InvalidSyntax, "the body is not a JSON object")
	}
	return object, nil
}

// tooDeep counts brackets outside strings, before anything recurses.
func tooDeep(data []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > MaxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// DecodeRequest reads the body of a PATCH request. Names are taken in any
// case and what does not belong there is skipped; an empty list of operations
// is fine. The error is an *Error.
func DecodeRequest(data []byte) ([]Operation, error) {
	body, err := Decode(data)
	if err != nil {
		return nil, err
	}
	list, ok := member(body, "Operations").([]any)
	if !ok {
		return nil, errorf(InvalidSyntax, "Operations must be a list")
	}
	ops := make([]Operation, len(list))
	for i, item := range list {
		if ops[i], err = operation(item); err != nil {
			return nil, err
		}
	}
	return ops, nil
}

func operation(item any) (Operation, error) {
	object, ok := item.(map[string]any)
	if !ok {
		return Operation{}, errorf(InvalidSyntax, "an operation must be an object")
	}
	op, _ := member(object, "op").(string)
	path, ok := member(object, "path").(string)
	if !ok && member(object, "path") != nil {
		return Operation{}, errorf(InvalidSyntax, "a path must be a string")
	}
	o := Operation{Op: Op(strings.ToLower(op)), Path: strings.TrimSpace(path), Value: member(object, "value")}
	if err := o.check(); err != nil {
		return o, err
	}
	if name := misnamedValue(object); o.Op == Remove && unsaid(o.Value) && name != "" {
		return o, errorf(InvalidValue, `the remove of %q has no "value" but %q`, shown(path), shown(name))
	}
	if _, given := object[spelling(object, "value")]; o.Op != Remove && !given { // RFC 7644 §3.5.2.1, §3.5.2.3
		if path == "" {
			return o, errorf(InvalidValue, `the %s has no "path" and no "value"`, o.Op)
		}
		return o, errorf(InvalidValue, `the %s of %q has no "value"`, o.Op, shown(path))
	}
	return o, nil
}

// misnamedValue returns the name of what looks like the value of an operation,
// "" if nothing does: a remove would take all without it.
func misnamedValue(operation map[string]any) string {
	path, _ := member(operation, "path").(string)
	if strings.Contains(path, "[") {
		return "" // it says itself what it takes
	}
	for _, name := range names(operation) {
		v, lower := operation[name], strings.ToLower(name)
		if empty(v) || slices.Contains([]string{"op", "path", "value", "schemas"}, lower) {
			continue
		}
		_, isObject := v.(map[string]any)
		_, isList := v.([]any)
		if isObject || isList || strings.Contains(lower, "val") || strings.EqualFold(name, path) {
			return name
		}
	}
	return ""
}

func (o Operation) check() error {
	switch o.Op {
	case Add, Replace:
		return nil
	case Remove:
		if o.Path == "" {
			return errorf(NoTarget, "a remove needs a path") // RFC 7644 §3.5.2.2
		}
		return nil
	}
	return errorf(InvalidSyntax, "op must be add, remove or replace, not %q", shown(string(o.Op)))
}

// member finds a value by name in any case. An exact match wins.
func member(object map[string]any, name string) any {
	return object[spelling(object, name)]
}

// names lists the keys in an order that is the same every time. What is empty
// comes first, so that it takes nothing away that another spelling of the name
// gives, and "name" before "name.givenName".
func names(object map[string]any) []string {
	rank := func(key string) int {
		if saysNothing(object[key]) {
			return 0
		}
		return 1
	}
	return slices.SortedFunc(maps.Keys(object), func(a, b string) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
	})
}
