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

// run serves one subscription: it hands each event to send and returns the
// errors that the subscription ended with, if any. It also ends when send fails.
func (h *Hub) run(ctx context.Context, exec graphql.GraphExecutor, p *graphql.RawParams, send func(*graphql.Response) error) (errs gqlerror.List) {
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
		return present(ctx, exec, op, limit("a key has at most %d subscriptions", h.cfg.PerKey))
	}
	defer leave()
	op, refused := exec.CreateOperationContext(ctx, p)
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

// suits refuses what is no subscription to exactly one thing (GraphQL September
// 2025, section 5.2.4.1).
func suits(op *graphql.OperationContext) gqlerror.List {
	why := "this is for subscriptions; send queries and mutations by POST"
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
