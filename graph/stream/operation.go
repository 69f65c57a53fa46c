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

// run serves one operation: it hands each event of a subscription, or the one
// answer to a query or mutation, to send and returns the errors that it ended
// with, if any. It also ends when send fails. Without single it is for
// subscriptions alone.
func (h *Hub) run(ctx context.Context, exec graphql.GraphExecutor, p *graphql.RawParams, single prepare, send func(*graphql.Response) error) (errs gqlerror.List) {
	ctx, cancel := context.WithCancel(graphql.StartOperationTrace(ctx))
	defer cancel() // ends the resolver, however we end
	op := &graphql.OperationContext{}
	defer func() {
		if v := recover(); v != nil {
			errs = present(ctx, exec, op, limits.Recover(ctx, v))
		}
	}()
	leave, ok := h.take(h.subscriptions, h.cfg.Key(ctx), h.cfg.PerKey)
	if !ok {
		return present(ctx, exec, op, limit("a key has at most %d subscriptions, with operations on WebSockets", h.cfg.PerKey))
	}
	defer leave()
	op, refused := exec.CreateOperationContext(ctx, p)
	if refused == nil && single != nil && op.Operation.Operation != ast.Subscription {
		return h.once(ctx, exec, p, op, single, send)
	}
	if refused == nil {
		refused = suits(op)
	}
	if refused != nil {
		return exec.DispatchError(graphql.WithOperationContext(ctx, op), refused).Errors
	}
	ctx, end := withEnd(ctx)
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
		h.cutOff.Add(1)
	}
	return present(ctx, exec, op, err)
}

// once answers a query or a mutation, as POST would and in the time it has there.
func (h *Hub) once(ctx context.Context, exec graphql.GraphExecutor, p *graphql.RawParams, op *graphql.OperationContext, single prepare, send func(*graphql.Response) error) gqlerror.List {
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

// suits refuses what is no subscription to exactly one thing (GraphQL September
// 2025, section 5.2.4.1).
func suits(op *graphql.OperationContext) gqlerror.List {
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
