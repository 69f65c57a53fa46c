package limits

import "github.com/feddir/feddir/internal/apierror"

// variables refuses variables that are nested too deep or hold too many values
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
