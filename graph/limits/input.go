package limits

import (
	"reflect"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/internal/apierror"
)

// input checks the coerced arguments of an operation: the length of lists, the
// number and depth of conditions, and that a oneOf object has one value, which
// gqlparser checks for literals only.
type input struct {
	limits     Limits
	schema     *ast.Schema
	predicates int
}

// argument checks the value of one argument or input field; where is the depth
// inside a where argument, 0 outside.
func (in *input) argument(name string, value any, typ *ast.Type, where int) *apierror.Error {
	if value == nil {
		return nil
	}
	if typ.Elem != nil {
		return in.list(name, value, typ.Elem, where)
	}
	def := in.schema.Types[typ.NamedType]
	if def == nil || def.Kind != ast.InputObject {
		if !hasScalarType(typ.NamedType, value) || !hasName(def, value) {
			return apierror.Errorf(CodeValidationFailed, name, "%q must be of the type %s", name, typ.NamedType)
		}
		if where > 0 {
			return in.countConditions(1)
		}
		return nil
	}
	object, ok := value.(map[string]any)
	if !ok {
		return apierror.Errorf(CodeValidationFailed, name, "%q must be an object", name)
	}
	if where > 0 || isWhere(name, def) {
		where++
	}
	if where > in.limits.WhereDepth {
		return apierror.Errorf(apierror.Limit, name, "%q is nested deeper than %d", name, in.limits.WhereDepth)
	}
	return in.object(name, object, def, where)
}

// list checks every item. A single value is a list of one, for which gqlparser
// makes a slice of its type and not []any.
func (in *input) list(name string, value any, elem *ast.Type, where int) *apierror.Error {
	items := reflect.ValueOf(value)
	if items.Kind() != reflect.Slice {
		return in.argument(name, value, elem, where)
	}
	if limit := in.limits.list(name); items.Len() > limit {
		return apierror.Errorf(apierror.Limit, name, "%q has more than %d items", name, limit)
	}
	if where > 0 && !in.isObject(elem) {
		if r := in.countConditions(1); r != nil {
			return r
		}
		where = 0 // its items are one condition
	}
	for i := range items.Len() {
		if r := in.argument(name, items.Index(i).Interface(), elem, where); r != nil {
			return r
		}
	}
	return nil
}

func (in *input) object(name string, object map[string]any, def *ast.Definition, where int) *apierror.Error {
	if def.Directives.ForName("oneOf") != nil {
		if r := oneOf(object); r != nil {
			r.Field = name
			return r
		}
	}
	for _, f := range def.Fields {
		if r := in.argument(f.Name, object[f.Name], f.Type, where); r != nil {
			return r
		}
	}
	return nil
}

// hasScalarType reports whether a value has a built-in scalar type. In variables
// gqlparser accepts any scalar for any other, which GraphQL does not (September
// 2025, section 3.5). Custom scalars check their values themselves.
func hasScalarType(scalar string, value any) bool {
	_, text := value.(string)
	_, truth := value.(bool)
	_, whole := number(value)
	switch scalar {
	case "String":
		return text
	case "Boolean":
		return truth
	case "ID":
		return text || whole
	case "Int":
		return whole
	case "Float":
		return !text && !truth
	}
	return true
}

// hasName reports whether a value of an enum is one of its names. In variables
// gqlparser ignores their case, which GraphQL does not (September 2025, section
// 2.1.9), and a filter by another case would find nobody.
func hasName(def *ast.Definition, value any) bool {
	if def == nil || def.Kind != ast.Enum {
		return true
	}
	name, ok := value.(string)
	return ok && def.EnumValues.ForName(name) != nil
}

// countConditions counts conditions of where arguments.
func (in *input) countConditions(n int) *apierror.Error {
	if in.predicates += n; in.predicates > in.limits.Predicates {
		return apierror.Errorf(apierror.Limit, "", "the operation has more than %d conditions", in.limits.Predicates)
	}
	return nil
}

func (in *input) isObject(typ *ast.Type) bool {
	def := in.schema.Types[typ.Name()]
	return def != nil && def.Kind == ast.InputObject
}

// isWhere reports whether an argument has conditions of a query.
func isWhere(name string, def *ast.Definition) bool {
	return name == "where" || strings.HasSuffix(def.Name, "WhereInput")
}

// oneOf fails unless an input object has exactly one value that is not null
// (GraphQL September 2025, section 3.10.1).
func oneOf(object map[string]any) *apierror.Error {
	if len(object) == 1 {
		for _, v := range object {
			if v != nil {
				return nil
			}
		}
	}
	return apierror.Errorf(CodeValidationFailed, "", "exactly one field must be given, and it must not be null")
}
