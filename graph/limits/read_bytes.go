package limits

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
)

// ReadBytes bounds what an operation reads for its answer, in bytes, and what
// each event of a subscription does: what it costs tells how many objects there
// are and not how large each is. What a mutation reads in its transaction is
// bounded by the mutation, and the changes that events tell of by their follower.
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
