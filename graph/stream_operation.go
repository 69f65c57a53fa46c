package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/apierror"
)

// prepareOperation returns the context of one query or mutation on a WebSocket.
// It loads by itself, and a mutation has the idempotency key of its own message,
// in extensions.idempotencyKey: a header would be that of all of them.
func prepareOperation(ctx context.Context, p *graphql.RawParams) (context.Context, error) {
	key, isText := p.Extensions["idempotencyKey"].(string)
	if given := p.Extensions["idempotencyKey"]; given != nil && !isText || len(key) > maxIdempotencyKey || !attribute.Storable(key) {
		return ctx, apierror.Errorf(apierror.Invalid, "extensions.idempotencyKey", "extensions.idempotencyKey is text of at most %d bytes", maxIdempotencyKey)
	}
	return load.NewContext(tx.WithIdempotencyKey(ctx, key)), nil
}
