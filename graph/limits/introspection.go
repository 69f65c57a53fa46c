package limits

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/feddir/feddir/internal/apierror"
)

// Introspection allows introspection to some callers. For others it refuses
// operations that introspect, and removes the suggestions from validation errors,
// which would reveal the schema name by name.
type Introspection struct {
	Allowed func(context.Context) bool
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
	graphql.ResponseInterceptor
} = Introspection{}

// ExtensionName implements graphql.HandlerExtension.
func (Introspection) ExtensionName() string { return "GuardedIntrospection" }

// Validate implements graphql.HandlerExtension.
func (Introspection) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext implements graphql.OperationContextMutator.
func (i Introspection) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	op.DisableIntrospection = !i.Allowed(ctx)
	if op.DisableIntrospection && introspects(op.Operation.SelectionSet, map[string]bool{}) {
		return present(apierror.Errorf(apierror.Forbidden, "", "introspection needs a key"))
	}
	return nil
}

// InterceptResponse implements graphql.ResponseInterceptor.
func (i Introspection) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	resp := next(ctx)
	if resp == nil || len(resp.Errors) == 0 || i.Allowed(ctx) {
		return resp
	}
	for _, e := range resp.Errors {
		if codeOf(e) == CodeValidationFailed {
			e.Message, _, _ = strings.Cut(e.Message, " Did you mean ")
		}
	}
	return resp
}

// introspects reports whether a root selection introspects the schema.
func introspects(set ast.SelectionSet, seen map[string]bool) bool {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			if sel.Name == "__schema" || sel.Name == "__type" {
				return true
			}
		case *ast.InlineFragment:
			if introspects(sel.SelectionSet, seen) {
				return true
			}
		case *ast.FragmentSpread:
			if sel.Definition == nil || seen[sel.Name] {
				continue
			}
			seen[sel.Name] = true
			if introspects(sel.Definition.SelectionSet, seen) {
				return true
			}
		}
	}
	return false
}
