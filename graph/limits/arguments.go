package limits

import (
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/internal/apierror"
)

// fieldArguments is what the arguments of a field request.
type fieldArguments struct {
	connection bool
	items      int // of the connection, or of the longest list given
	search     int // the cost of the search; 0 for none
}

// arguments checks the arguments of a field. The items of a connection are the
// larger of first and last, or the default.
func (s *costAnalyzer) arguments(f *ast.Field) (fieldArguments, *apierror.Error) {
	var a fieldArguments
	if f.Definition == nil {
		return a, nil
	}
	page := 0
	for _, def := range f.Definition.Arguments {
		value, err := s.value(f, def)
		if err != nil {
			return a, apierror.Errorf(CodeValidationFailed, def.Name, "argument %q cannot be read", def.Name)
		}
		if r := s.input.argument(def.Name, value, def.Type, 0); r != nil {
			return a, r
		}
		if text, ok := value.(string); ok && def.Name == "query" && text != "" {
			a.search = searchCost
		}
		if list, ok := value.([]any); ok {
			a.items = max(a.items, len(list))
		}
		if def.Name == "first" || def.Name == "last" {
			n, r := s.page(def.Name, value)
			if r != nil {
				return a, r
			}
			a.connection, page = true, max(page, n)
		}
	}
	if a.connection {
		a.items = page
		if page == 0 {
			a.items = s.limits.PageDefault
		}
	}
	return a, nil
}

// value returns the value of an argument as the resolver gets it.
func (s *costAnalyzer) value(f *ast.Field, def *ast.ArgumentDefinition) (any, error) {
	if arg := f.Arguments.ForName(def.Name); arg != nil {
		if arg.Value.Kind != ast.Variable {
			return arg.Value.Value(s.op.Variables)
		}
		if v, ok := s.op.Variables[arg.Value.Raw]; ok {
			return v, nil
		}
	}
	return def.DefaultValue.Value(s.op.Variables)
}

// page reads a page size; 0 means the default.
func (s *costAnalyzer) page(name string, value any) (int, *apierror.Error) {
	if value == nil {
		return 0, nil
	}
	n, ok := number(value)
	if !ok || n < 0 {
		return 0, apierror.Errorf(apierror.Invalid, name, "%q must be a number from 0 to %d", name, s.limits.PageMax)
	}
	if n > int64(s.limits.PageMax) {
		return 0, apierror.Errorf(apierror.Limit, name, "%q must be at most %d", name, s.limits.PageMax)
	}
	return max(int(n), 1), nil
}

// number reads a whole number.
func number(value any) (int64, bool) {
	switch v := value.(type) {
	case int64:
		return v, true
	case int:
		return int64(v), true
	case float64:
		return int64(v), v == float64(int64(v))
	case json.Number:
		n, err := v.Int64()
		return n, err == nil
	}
	return 0, false
}
