package limits

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/feddir/feddir/internal/apierror"
)

// Other transports share these functions with [POST].

// Read reads a GraphQL-over-HTTP request within the limits. If that fails it
// answers the request and returns nil.
func (t POST) Read(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) *graphql.RawParams {
	p, denied := t.read(w, r)
	if denied != nil {
		t.fail(r.Context(), w, exec, denied.status, denied.err)
		return nil
	}
	return p
}

// Fail answers a request that did not become an operation.
func (t POST) Fail(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, status int, why *apierror.Error) {
	t.fail(r.Context(), w, exec, status, why)
}

// Refuse answers a request before any transport, in the form of [POST]. The answer
// has the id of the request unless that is empty.
func Refuse(w http.ResponseWriter, status int, requestID string, why *apierror.Error) {
	err := present(why)
	if requestID != "" {
		err.Extensions["requestId"] = requestID
	}
	write(w, mediaGraphQL, status, &graphql.Response{Errors: gqlerror.List{err}})
}

// Parameters reads the parameters of an operation from their JSON.
func Parameters(text []byte) (*graphql.RawParams, *apierror.Error) {
	p, denied := parameters(text)
	if denied != nil {
		return nil, denied.err
	}
	return p, nil
}
