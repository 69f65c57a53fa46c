package limits

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/feddir/feddir/internal/apierror"
)

// wholeNumbers rewrites whole numbers in variables as integers: in JSON 2.0 and 2
// are the same, and some clients can only write the former. In a document, which
// distinguishes them, 2.0 is not an Int. Values of extensions, which stand under
// URNs and not under names of GraphQL, stay as they are written.
func wholeNumbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, item := range v {
			if !strings.Contains(name, ":") {
				v[name] = wholeNumbers(item)
			}
		}
	case []any:
		for i, item := range v {
			v[i] = wholeNumbers(item)
		}
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return v
		}
		if f, err := v.Float64(); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return json.Number(strconv.FormatInt(int64(f), 10))
		}
	}
	return v
}

// variables refuses variables that are nested too deep, or have too many values,
// for the recursive coercion that follows.
func (l Limits) variables(vars map[string]any) *apierror.Error {
	left := l.VariableValues
	return l.value(vars, l.VariableDepth, &left)
}

func (l Limits) value(v any, depth int, left *int) *apierror.Error {
	if *left--; *left < 0 {
		return apierror.Errorf(apierror.Limit, "", "the variables have more than %d values", l.VariableValues)
	}
	if depth < 0 {
		return apierror.Errorf(apierror.Limit, "", "the variables have more than %d levels", l.VariableDepth)
	}
	switch v := v.(type) {
	case map[string]any:
		for _, item := range v {
			if r := l.value(item, depth-1, left); r != nil {
				return r
			}
		}
	case []any:
		for _, item := range v {
			if r := l.value(item, depth-1, left); r != nil {
				return r
			}
		}
	}
	return nil
}
