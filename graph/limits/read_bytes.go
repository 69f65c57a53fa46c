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
type ReadBytes struct{ Max int64 }

var _ interface {
	graphql.HandlerExtension
	graphql.ResponseInterceptor
} = ReadBytes{}

// ExtensionName implements graphql.HandlerExtension.
func (ReadBytes) ExtensionName() string { return "ReadBytes" }

// Validate implements graphql.HandlerExtension.
func (ReadBytes) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse implements graphql.ResponseInterceptor.
func (l ReadBytes) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	return next(sqlconn.LimitReads(ctx, l.Max))
}
