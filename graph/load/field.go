package load

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Field is what a document asks of an owner: one field, which has the same
// arguments whoever is asked.
type Field struct {
	field *ast.Field
	total bool
}

// FieldOf returns the field that ctx resolves; the zero value in a call from Go.
func FieldOf(ctx context.Context) Field {
	if f := graphql.GetFieldContext(ctx); f != nil {
		return Field{field: f.Field.Field}
	}
	return Field{}
}

// Total is how long the list of a field is, rather than a page of it.
func (f Field) Total() Field {
	f.total = true
	return f
}
