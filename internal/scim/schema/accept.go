package schema

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/feddir/feddir/internal/scim/filter"
)

// bounded is a number that every database compares.
var bounded = regexp.MustCompile(`^-?[0-9]{1,40}([.][0-9]{1,40})?([eE][+-]?[0-9]{1,2})?$`)

// Accept returns the value of an attribute of a custom extension as its type
// has it; v is JSON whose numbers are json.Number. Numbers and booleans may come
// as text, because identity providers send them so. The error is safe to show.
func (a Attribute) Accept(v any) (any, error) {
	list, isList := v.([]any)
	switch {
	case !a.MultiValued && isList && len(list) == 1:
		v = list[0]
	case !a.MultiValued && isList:
		return nil, fmt.Errorf("%s has one value", a.Name)
	case a.MultiValued && !isList:
		list = []any{v}
	}
	if !a.MultiValued {
		return a.acceptOne(v)
	}
	accepted := make([]any, len(list))
	for i, v := range list {
		var err error
		if accepted[i], err = a.acceptOne(v); err != nil {
			return nil, err
		}
	}
	return accepted, nil
}

// CheckRequired refuses the attributes of an extension when one is missing that
// must be there. The error is safe to show.
func (s *Schema) CheckRequired(values map[string]json.RawMessage) error {
	for _, a := range s.Attributes {
		if a.Required && !slices.ContainsFunc(slices.Collect(maps.Keys(values)), func(name string) bool { return strings.EqualFold(name, a.Name) }) {
			return fmt.Errorf("%s is required", a.Name)
		}
	}
	return nil
}

func (a Attribute) acceptOne(v any) (any, error) {
	accept, wanted := acceptText, "text"
	switch a.Type {
	case Boolean:
		accept, wanted = acceptBoolean, "true or false"
	case Integer:
		accept, wanted = acceptInteger, "an integer of 64 bits"
	case Decimal:
		accept, wanted = acceptDecimal, "a number"
	case DateTime:
		accept, wanted = acceptTime, "a time such as 2026-11-22T09:30:00Z"
	case Binary:
		accept, wanted = acceptBase64, "base64"
	}
	if accepted, ok := accept(v); ok {
		return accepted, nil
	}
	return nil, fmt.Errorf("%s must be %s", a.Name, wanted)
}

// acceptText takes a number for its text, as attributes of RFC 7643 do.
func acceptText(v any) (any, bool) {
	if n, ok := v.(json.Number); ok {
		return n.String(), true
	}
	_, ok := v.(string)
	return v, ok
}

func acceptBoolean(v any) (any, bool) {
	if text, ok := v.(string); ok {
		return filter.Truth(text)
	}
	_, ok := v.(bool)
	return v, ok
}

func acceptInteger(v any) (any, bool) {
	n, ok := acceptDecimal(v)
	if !ok {
		return v, false
	}
	_, err := strconv.ParseInt(n.(json.Number).String(), 10, 64)
	return n, err == nil
}

func acceptDecimal(v any) (any, bool) {
	if text, ok := v.(string); ok {
		v = json.Number(text)
	}
	n, ok := v.(json.Number)
	return n, ok && bounded.MatchString(n.String()) && json.Valid([]byte(n))
}

func acceptTime(v any) (any, bool) {
	text, _ := v.(string)
	_, err := ParseTime(text)
	return v, err == nil
}

func acceptBase64(v any) (any, bool) {
	text, ok := v.(string)
	_, err := base64.StdEncoding.DecodeString(text)
	return v, ok && err == nil
}
