package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
)

// readLimit bounds what an operation reads for its answer, in bytes, and what
// each event of a subscription does: what it costs tells how many objects there
// are and not how large each is. What a mutation reads in its transaction is
// bounded by the mutation, and the changes that events tell of by their follower.
type readLimit struct{ bytes int64 }

var _ interface {
	graphql.HandlerExtension
	graphql.ResponseInterceptor
} = readLimit{}

// ExtensionName implements graphql.HandlerExtension.
func (readLimit) ExtensionName() string { return "ReadLimit" }

// Validate implements graphql.HandlerExtension.
func (readLimit) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse implements graphql.ResponseInterceptor.
func (l readLimit) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	return next(sqlconn.LimitReads(ctx, l.bytes))
}
