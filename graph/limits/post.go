package limits

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/feddir/feddir/internal/apierror"
)

// statusPartialSuccess means that an operation has data and errors.
const statusPartialSuccess = 294

// POST is the transport of GraphQL over HTTP, edition September 2026, with its
// optional GET for queries. Add it last: it answers every request that the
// transports before it do not support.
//
//	405 with Allow  another method, or a mutation by GET
//	415             another media type, charset or a compressed body
//	406             the client accepts neither media type
//	413, 408        the body is too long or too slow
//	400             the body is not JSON, or the document cannot be parsed
//	422             the JSON is not a request, or fails validation, coercion or a limit
//	403, 429, 503   not allowed, over budget (with Retry-After), out of time
//	200             data without errors
//	294             data and errors
//
// Answers to refused requests have no "data". A client that accepts only
// application/json gets 200 instead of 294. It gets answers other than 2xx as
// application/graphql-response+json nevertheless, as the edition demands: the type
// shows that the answer is the server's and not a proxy's.
type POST struct{ Limits Limits }

var _ graphql.Transport = POST{}

// Supports implements graphql.Transport.
func (POST) Supports(*http.Request) bool { return true }

// Do implements graphql.Transport.
func (t POST) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	ctx, cancel := context.WithTimeout(r.Context(), t.Limits.Timeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			t.fail(ctx, w, exec, http.StatusInternalServerError, Recover(ctx, v))
		}
	}()
	params, denied := t.read(w, r)
	if denied != nil {
		t.fail(ctx, w, exec, denied.status, denied.err)
		return
	}
	media, ok := negotiate(r.Header.Values("Accept"))
	if !ok {
		t.fail(ctx, w, exec, http.StatusNotAcceptable,
			apierror.Errorf(apierror.BadRequest, "", "accept %s or %s", mediaGraphQL, mediaJSON))
		return
	}
	resp, refused := t.run(ctx, r.Method, params, exec)
	if refused {
		w.Header().Set("Allow", http.MethodPost)
		t.fail(ctx, w, exec, http.StatusMethodNotAllowed, errMutationByGET)
		return
	}
	if resp == nil {
		t.fail(ctx, w, exec, http.StatusServiceUnavailable, context.DeadlineExceeded)
		return
	}
	write(w, media, statusOf(resp), resp)
}

// run executes the operation; nil means that the time is over. refused means that
// the operation does not go with the method.
func (t POST) run(ctx context.Context, method string, p *graphql.RawParams, exec graphql.GraphExecutor) (resp *graphql.Response, refused bool) {
	op, errs := exec.CreateOperationContext(ctx, p)
	if errs == nil && needsPOST(method, op) {
		return nil, true
	}
	if errs == nil && op.Operation.Operation == ast.Subscription {
		errs = gqlerror.List{present(apierror.Errorf(CodeValidationFailed, "", "subscriptions need a WebSocket or an event stream"))}
	}
	if errs != nil {
		return exec.DispatchError(graphql.WithOperationContext(ctx, op), errs), false
	}
	next, ctx := exec.DispatchOperation(ctx, op)
	return next(ctx), false
}

// fail answers a request that did not become an operation. The presenter decides
// what is shown and what is logged.
func (t POST) fail(ctx context.Context, w http.ResponseWriter, exec graphql.GraphExecutor, status int, err error) {
	ctx = graphql.WithOperationContext(ctx, &graphql.OperationContext{})
	resp := exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(err)})
	write(w, mediaGraphQL, status, resp)
}

// statusOf returns the status of an answer: for one without data, by the code of
// its first error.
func statusOf(resp *graphql.Response) int {
	if resp.Data != nil {
		if len(resp.Errors) > 0 {
			return statusPartialSuccess
		}
		return http.StatusOK
	}
	if len(resp.Errors) == 0 {
		return http.StatusInternalServerError
	}
	switch codeOf(resp.Errors[0]) {
	case CodeParseFailed:
		return http.StatusBadRequest
	case apierror.Forbidden:
		return http.StatusForbidden
	case apierror.RateLimited:
		return http.StatusTooManyRequests
	case apierror.Unavailable:
		return http.StatusServiceUnavailable
	case apierror.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusUnprocessableEntity
}

func write(w http.ResponseWriter, media string, status int, resp *graphql.Response) {
	if media == mediaJSON && status == statusPartialSuccess {
		status = http.StatusOK
	}
	if status >= 300 {
		media = mediaGraphQL
	}
	body, err := encode(resp)
	if err != nil {
		status, media = http.StatusInternalServerError, mediaGraphQL
		body = []byte(`{"errors":[{"message":"internal error","extensions":{"code":"INTERNAL"}}]}`)
	}
	h := w.Header()
	h.Set("Content-Type", media+"; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	if s := retryAfter(resp.Errors); s > 0 {
		h.Set("Retry-After", strconv.Itoa(s))
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// retryAfter returns the longest time, in seconds, that an error asks to wait.
func retryAfter(errs gqlerror.List) (longest int) {
	for _, err := range errs {
		if s, ok := err.Extensions["retryAfter"].(int); ok {
			longest = max(longest, s)
		}
	}
	return longest
}

// encode returns the JSON of an answer. Data, which is JSON already, is not parsed
// again. An answer without data has no key "data".
func encode(resp *graphql.Response) ([]byte, error) {
	rest, err := json.Marshal(struct {
		Errors     gqlerror.List  `json:"errors,omitempty"`
		Extensions map[string]any `json:"extensions,omitempty"`
	}{resp.Errors, resp.Extensions})
	if err != nil || resp.Data == nil {
		return rest, err
	}
	b := bytes.NewBuffer(make([]byte, 0, len(rest)+len(resp.Data)+len(`{"data":},`)))
	b.WriteString(`{"data":`)
	b.Write(resp.Data)
	if len(rest) > len("{}") {
		b.WriteByte(',')
	}
	b.Write(rest[1:])
	return b.Bytes(), nil
}
