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
	if subscribes(ctx) {
		ctx = context.WithValue(ctx, batchesKey{}, e.newBatches())
	}
	return next(ctx)
}

// subscribes reports whether ctx is that of a subscription.
func subscribes(ctx context.Context) bool {
	if !graphql.HasOperationContext(ctx) {
		return false
	}
	op := graphql.GetOperationContext(ctx).Operation
	return op != nil && op.Operation == ast.Subscription
}
