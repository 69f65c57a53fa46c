package limits

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// HeavyCost is how many points make an operation heavy: as many as a search
// costs, or a page of a hundred.
const HeavyCost = searchCost

// HeavyReads lets a heavy query wait for its turn before it reads anything, so
// that it holds no connection while it waits. A query is heavy when it costs
// [HeavyCost] or more, or filters a list, for which the database may have to
// look at all there is. [Cost] must be used before it.
//
// Mutations do not wait: what they write goes before what others read. Events
// of subscriptions do not either, each costs the key's budget.
type HeavyReads struct {
	// Turn gives the caller of ctx its turn, after which release is called.
	Turn func(ctx context.Context) (release func(), err error)
}

var _ interface {
	graphql.HandlerExtension
	graphql.ResponseInterceptor
} = HeavyReads{}

// ExtensionName implements graphql.HandlerExtension.
func (HeavyReads) ExtensionName() string { return "HeavyReads" }

// Validate implements graphql.HandlerExtension.
func (HeavyReads) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse implements graphql.ResponseInterceptor.
func (h HeavyReads) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if h.Turn == nil || !isHeavyQuery(ctx) {
		return next(ctx)
	}
	release, err := h.Turn(ctx)
	if err != nil {
		graphql.AddError(ctx, err)
		return &graphql.Response{Errors: graphql.GetErrors(ctx), Extensions: graphql.GetExtensions(ctx)}
	}
	defer release()
	return next(ctx)
}

func isHeavyQuery(ctx context.Context) bool {
	if !graphql.HasOperationContext(ctx) {
		return false
	}
	op := graphql.GetOperationContext(ctx)
	p, priced := op.Stats.GetExtension(costExtension).(price)
	return priced && op.Operation.Operation == ast.Query && (p.Requested >= HeavyCost || p.filters)
}
