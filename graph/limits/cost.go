package limits

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/feddir/feddir/internal/apierror"
)

// Cost prices a validated operation before it runs, refuses what is above
// Limits.Cost, takes the price from the caller's budget and tells both in the
// answer's extensions: {"cost": {"requested": 102, "limit": 5000}} and, as
// "rateLimit", a [RateLimit].
//
// An object costs 1 and its scalars nothing. A connection (a field with a first
// or last argument) costs 2, 1 for each condition, and as many times its items
// as are asked for; a list without pages counts as 10
// items, or as many as are named, which cost 1 each. totalCount costs 10, a
// mutation 10, a search 100, introspection 1,000. Every operation costs at least 1.
//
// A request that is refused before it has a price is charged 50, and who has
// nothing left is refused before the document is looked at: reading documents
// takes time too. So Cost is used before [Document].
type Cost struct {
	Limits Limits
	Budget *Budget                      // nil means no budget
	Key    func(context.Context) string // whose budget an operation is taken from

	schema *ast.Schema
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
	graphql.OperationContextMutator
	graphql.ResponseInterceptor
} = &Cost{}

const (
	costExtension = "cost"
	rateExtension = "rateLimit"

	refusedCost = 50
)

// price is what the answer tells about an operation's cost, in points.
type price struct {
	Requested int `json:"requested"`
	Limit     int `json:"limit"`

	filters bool // whether a list is filtered
}

// ExtensionName implements graphql.HandlerExtension.
func (c *Cost) ExtensionName() string { return "Cost" }

// Validate implements graphql.HandlerExtension.
func (c *Cost) Validate(es graphql.ExecutableSchema) error {
	c.schema = es.Schema()
	return c.Limits.Validate()
}

// MutateOperationParameters implements graphql.OperationParameterMutator.
func (c *Cost) MutateOperationParameters(ctx context.Context, _ *graphql.RawParams) *gqlerror.Error {
	if c.Budget == nil || c.Budget.Of(c.Key(ctx)).Remaining > 0 {
		return nil
	}
	return overBudget(c.Budget.Wait(c.Key(ctx), refusedCost))
}

func overBudget(wait time.Duration) *gqlerror.Error {
	if wait <= 0 {
		return nil
	}
	r := apierror.Errorf(apierror.RateLimited, "", "too many operations in a short time")
	r.RetryAfter = wait
	return present(r)
}

// MutateOperationContext implements graphql.OperationContextMutator.
func (c *Cost) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	s := newScale(c.Limits, c.schema, op)
	points, r := s.operation()
	if r != nil {
		return present(r)
	}
	op.Stats.SetExtension(costExtension, price{points, c.Limits.Cost, s.input.predicates > 0})
	if points > c.Limits.Cost {
		return present(apierror.Errorf(apierror.Limit, "", "the operation costs %d points, the limit is %d", points, c.Limits.Cost))
	}
	if c.Budget == nil {
		return nil
	}
	return overBudget(c.Budget.Take(c.Key(ctx), points))
}

// InterceptResponse implements graphql.ResponseInterceptor.
func (c *Cost) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if !graphql.HasOperationContext(ctx) {
		return next(ctx)
	}
	p, priced := graphql.GetOperationContext(ctx).Stats.GetExtension(costExtension).(price)
	if priced {
		graphql.RegisterExtension(ctx, costExtension, p)
	}
	if c.Budget == nil {
		return next(ctx)
	}
	if priced {
		graphql.RegisterExtension(ctx, rateExtension, c.Budget.Of(c.Key(ctx)))
	}
	resp := next(ctx)
	if !priced && resp != nil && len(resp.Errors) > 0 && codeOf(resp.Errors[0]) != apierror.RateLimited {
		c.Budget.Charge(c.Key(ctx), refusedCost)
	}
	return resp
}

// CostOf is what the operation of ctx costs, in points; 0 outside of one.
func CostOf(ctx context.Context) int {
	if !graphql.HasOperationContext(ctx) {
		return 0
	}
	p, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(costExtension).(price)
	return p.Requested
}
