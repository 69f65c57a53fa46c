package limits

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// HeavyCost is the cost from which an operation is heavy: that of a search, or of
// a page of a hundred objects.
const HeavyCost = searchCost

// HeavyReads makes a heavy query wait for a turn before it reads anything, so that
// it holds no connection while it waits. A query is heavy if it costs [HeavyCost]
// or more, or filters a list, for which the database may have to read all rows.
// [Cost] must be used before it.
//
// Mutations do not wait: writes go before reads. Events of subscriptions do not
// wait either: each is charged to the key's budget.
//
// The function turn gives the caller of ctx its turn, after which release is
// called. Where it is nil nobody waits.
func HeavyReads(turn func(ctx context.Context) (release func(), err error)) graphql.ResponseMiddleware {
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		if turn == nil || !isHeavyQuery(ctx) {
			return next(ctx)
		}
		release, err := turn(ctx)
		if err != nil {
			graphql.AddError(ctx, err)
			return &graphql.Response{Errors: graphql.GetErrors(ctx), Extensions: graphql.GetExtensions(ctx)}
		}
		defer release()
		return next(ctx)
	}
}

func isHeavyQuery(ctx context.Context) bool {
	if !graphql.HasOperationContext(ctx) {
		return false
	}
	op := graphql.GetOperationContext(ctx)
	p, priced := op.Stats.GetExtension(costExtension).(operationCost)
	return priced && op.Operation.Operation == ast.Query && (p.Requested >= HeavyCost || p.hasFilter)
}
