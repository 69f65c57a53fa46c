package limits

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/internal/apierror"
)

// OneOf implements the @oneOf directive for gqlgen's input objects. gqlparser
// enforces the rule for literals only, so without it {a: 1, b: 2} given as a
// variable reaches the resolver. gqlgen calls it when gqlgen.yml says
// "directives: oneOf: skip_runtime: false" and the schema declares the
// directive.
func OneOf(ctx context.Context, obj any, next graphql.Resolver) (any, error) {
	object, ok := obj.(map[string]any)
	if !ok {
		return nil, apierror.Errorf(CodeValidationFailed, "", "an input object is expected")
	}
	if r := oneOf(object); r != nil {
		return nil, r
	}
	return next(ctx)
}
