package stream

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/apierror"
)

// prepare returns the context of a query or a mutation on a stream.
type prepare func(ctx context.Context, p *graphql.RawParams) (context.Context, error)

// run serves one operation: it passes each event of a subscription, or the answer
// to a query or mutation, to send. It returns the errors that the operation ends
// with. It ends too if send fails. If single is nil it refuses queries and
// mutations.
func (h *Hub) run(ctx context.Context, exec graphql.GraphExecutor, p *graphql.RawParams, single prepare, send func(*graphql.Response) error) (errs gqlerror.List) {
	ctx, cancel := context.WithCancel(graphql.StartOperationTrace(ctx))
	defer cancel() // ends the resolver, however we end
	op := &graphql.OperationContext{}
	defer func() {
		if v := recover(); v != nil {
			errs = present(ctx, exec, op, limits.Recover(ctx, v))
		}
	}()
	release, ok := h.acquire(h.subscriptions, h.cfg.Key(ctx), h.cfg.PerKey)
	if !ok {
		return present(ctx, exec, op, limit("a key may have at most %d subscriptions and WebSocket operations at a time", h.cfg.PerKey))
	}
	defer release()
	op, refused := exec.CreateOperationContext(ctx, p)
	if refused == nil && single != nil && op.Operation.Operation != ast.Subscription {
		return h.runSingle(ctx, exec, p, op, single, send)
	}
	if refused == nil {
		refused = checkSubscription(op)
	}
	if refused != nil {
		return exec.DispatchError(graphql.WithOperationContext(ctx, op), refused).Errors
	}
	ctx, end := withEnding(ctx)
	responses, ctx := exec.DispatchOperation(ctx, op)
	for {
		resp := responses(ctx)
		if resp == nil {
			break
		}
		if resp.Data == nil && len(resp.Errors) > 0 {
			return resp.Errors
		}
		if err := send(resp); err != nil {
			return nil
		}
	}
	err, slow := end.get()
	if err == nil {
		return nil
	}
	if slow {
		h.slowConsumers.Add(1)
	}
	return present(ctx, exec, op, err)
}

// runSingle answers a query or a mutation within the time that it has by POST.
func (h *Hub) runSingle(ctx context.Context, exec graphql.GraphExecutor, p *graphql.RawParams, op *graphql.OperationContext, single prepare, send func(*graphql.Response) error) gqlerror.List {
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Limits.Timeout)
	defer cancel()
	ctx, err := single(ctx, p)
	if err != nil {
		return present(ctx, exec, op, err)
	}
	next, ctx := exec.DispatchOperation(ctx, op)
	switch resp := next(ctx); {
	case resp == nil:
		return present(ctx, exec, op, context.DeadlineExceeded)
	case resp.Data == nil && len(resp.Errors) > 0:
		return resp.Errors
	default:
		_ = send(resp)
		return nil
	}
}

// checkSubscription fails unless an operation is a subscription with exactly one
// root field (GraphQL September 2025, section 5.2.4.1).
func checkSubscription(op *graphql.OperationContext) gqlerror.List {
	why := "event streams are for subscriptions; send queries and mutations by POST"
	if op.Operation.Operation == ast.Subscription {
		fields := graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Subscription"})
		if len(fields) == 1 && !strings.HasPrefix(fields[0].Name, "__") {
			return nil
		}
		why = "a subscription has exactly one field at its root"
	}
	return gqlerror.List{gqlerror.Wrap(&apierror.Error{Code: limits.CodeValidationFailed, Message: why})}
}

// present makes an error safe to show.
func present(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, err error) gqlerror.List {
	return exec.DispatchError(graphql.WithOperationContext(ctx, op), gqlerror.List{gqlerror.Wrap(err)}).Errors
}
