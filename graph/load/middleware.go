package load

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Requests makes each request load by itself.
func Requests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(NewContext(r.Context())))
	})
}

// Events makes each event of a subscription load by itself: what was read for
// one is old when the next one comes. It is a graphql.ResponseMiddleware.
func Events(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if IsSubscription(ctx) {
		ctx = NewContext(ctx)
	}
	return next(ctx)
}

// IsSubscription reports whether ctx is that of a subscription.
func IsSubscription(ctx context.Context) bool {
	if !graphql.HasOperationContext(ctx) {
		return false
	}
	op := graphql.GetOperationContext(ctx).Operation
	return op != nil && op.Operation == ast.Subscription
}
