package graph

import (
	"context"
	"net/http"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/generated"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/snapshot"
	"github.com/feddir/feddir/graph/stream"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/apierror"
)

// maxIdempotencyKey is the longest Idempotency-Key, in bytes.
const maxIdempotencyKey = 255

// Schema returns the executable schema over these operations.
func (r *Resolver) Schema() graphql.ExecutableSchema {
	schema := generated.NewExecutableSchema(generated.Config{
		Resolvers:  r,
		Directives: generated.DirectiveRoot{OneOf: limits.OneOf},
	})
	hideDirectives(schema)
	return schema
}

// hideDirectives takes those directives out of the schema that gqlgen puts there
// and no transport serves: a client that reads of them would use them.
func hideDirectives(schema graphql.ExecutableSchema) {
	hidden.Do(func() {
		for _, name := range []string{"defer", "stream"} {
			delete(schema.Schema().Directives, name)
		}
	})
}

var hidden sync.Once // the schema is one for all

// Handler serves GraphQL over HTTP. The viewer must be in the request's
// context already.
func (r *Resolver) Handler() http.Handler {
	bounds := r.cfg.Limits
	srv := handler.New(r.Schema())
	documents := limits.NewDocumentCache(companyOf)
	srv.SetQueryCache(documents)
	srv.SetErrorPresenter(limits.ErrorPresenter(dberror.Describe, viewer.RequestID, logError))
	srv.SetRecoverFunc(limits.Recover)
	srv.Use(&limits.Cost{Limits: bounds, Budget: r.cfg.Budget, Key: budgetKey})
	srv.Use(limits.TrustedDocuments{Documents: r.cfg.TrustedDocuments, Only: r.cfg.trustedOnly})
	srv.Use(limits.NewDocument(bounds, documents))
	srv.Use(limits.Introspection{Allowed: func(ctx context.Context) bool { _, ok := viewer.FromContext(ctx); return ok }})
	srv.AroundResponses(limits.Errors(bounds.Errors))
	srv.Use(limits.HeavyReads{Turn: r.cfg.HeavyTurn})
	srv.AroundResponses(limits.ReadBytes(bounds.ReadBytes))
	srv.Use(snapshot.New(r.db))
	srv.AroundResponses(load.Events)
	srv.AddTransport(stream.WebSocket{Hub: r.streams})
	srv.AddTransport(stream.Events{Hub: r.streams})
	srv.AddTransport(limits.POST{Limits: bounds})
	return load.Requests(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		key := req.Header.Get("Idempotency-Key")
		if !validIdempotencyKey(key) {
			limits.Refuse(w, http.StatusUnprocessableEntity, viewer.RequestID(req.Context()), apierror.Errorf(apierror.Invalid, "Idempotency-Key", "Idempotency-Key is text of at most %d bytes", maxIdempotencyKey))
			return
		}
		if key != "" {
			req = req.WithContext(tx.WithIdempotencyKey(req.Context(), key))
		}
		srv.ServeHTTP(w, req)
	}))
}

// prepareOperation returns the context of one query or mutation on a WebSocket.
// It loads by itself, and a mutation has the idempotency key of its own message,
// in extensions.idempotencyKey: a header would be that of all of them.
func prepareOperation(ctx context.Context, p *graphql.RawParams) (context.Context, error) {
	key, isText := p.Extensions["idempotencyKey"].(string)
	if given := p.Extensions["idempotencyKey"]; given != nil && !isText || !validIdempotencyKey(key) {
		return ctx, apierror.Errorf(apierror.Invalid, "extensions.idempotencyKey", "extensions.idempotencyKey is text of at most %d bytes", maxIdempotencyKey)
	}
	return load.NewContext(tx.WithIdempotencyKey(ctx, key)), nil
}

func validIdempotencyKey(key string) bool {
	return len(key) <= maxIdempotencyKey && attribute.Storable(key)
}

// trustedOnly reports whether the caller may run only trusted documents.
func (c Config) trustedOnly(ctx context.Context) bool {
	v, _ := viewer.FromContext(ctx)
	return c.TrustedOnly || v.TrustedDocumentsOnly
}

func companyOf(ctx context.Context) uuid.UUID {
	v, _ := viewer.FromContext(ctx)
	return v.CompanyID
}

func budgetKey(ctx context.Context) string {
	v, _ := viewer.FromContext(ctx)
	return v.CallerID().String()
}

func logError(ctx context.Context, err error) {
	zerolog.Ctx(ctx).Error().Str("request_id", viewer.RequestID(ctx)).Str("error", sqlconn.Detail(err)).Msg("an operation failed")
}
