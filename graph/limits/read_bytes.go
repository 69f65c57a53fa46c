package limits

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
)

// ReadBytes bounds the bytes that an operation, or one event of a subscription,
// reads for its answer: the cost counts objects and not how large they are. What
// a mutation reads in its transaction is bounded by the mutation, and the changes
// of events by their tailer.
func ReadBytes(most int64) graphql.ResponseMiddleware {
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		return next(sqlconn.LimitReads(ctx, most))
	}
}
