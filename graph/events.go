package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// eventBatches gives each event of a subscription batches of its own: what was
// read for one is old when the next one comes.
type eventBatches struct{ *Resolver }

var _ interface {
	graphql.HandlerExtension
	graphql.ResponseInterceptor
} = eventBatches{}

// ExtensionName implements graphql.HandlerExtension.
func (eventBatches) ExtensionName() string { return "EventBatches" }

// Validate implements graphql.HandlerExtension.
func (eventBatches) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse implements graphql.ResponseInterceptor.
func (e eventBatches) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if graphql.HasOperationContext(ctx) {
		if op := graphql.GetOperationContext(ctx).Operation; op != nil && op.Operation == ast.Subscription {
			ctx = context.WithValue(ctx, batchesKey{}, e.newBatches())
		}
	}
	return next(ctx)
}
