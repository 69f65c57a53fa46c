package limits

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/feddir/feddir/internal/apierror"
)

// Cost computes the cost of a validated operation before it runs. It refuses an
// operation above Limits.Cost, takes the cost from the caller's budget, and adds
// both to the answer's extensions: {"cost": {"requested": 102, "limit": 5000}}
// and, as "rateLimit", a [RateLimit].
//
// An object costs 1 and its scalars nothing. A connection (a field with a first
// or last argument) costs 2, 1 for each condition, and the cost of an item times
// the requested number of items. A list without pages counts as 10 items, or as
// many as its arguments name, which cost 1 each. totalCount costs 10, a mutation
// 10, a search or a count of many things 100, introspection 1,000. Every operation costs at least 1.
//
// A request that is refused before its cost is known is charged 50. A caller
// whose budget is empty is refused before the document is read, since reading
// documents takes time too. So Cost is used before [Document].
type Cost struct {
	Limits Limits
	Budget *Budget                      // nil means no budget
	Key    func(context.Context) string // the key whose budget is charged

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

// operationCost is the cost of an operation as it is answered, in points.
type operationCost struct {
	Requested int `json:"requested"`
	Limit     int `json:"limit"`

	heavy bool // see HeavyReads
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
	s := newCostAnalyzer(c.Limits, c.schema, op)
	points, r := s.operation()
	if r != nil {
		return present(r)
	}
	op.Stats.SetExtension(costExtension, operationCost{points, c.Limits.Cost, s.heavy(points)})
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
	p, priced := graphql.GetOperationContext(ctx).Stats.GetExtension(costExtension).(operationCost)
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

// ContextCost returns the cost of the operation of ctx in points; 0 without one.
func ContextCost(ctx context.Context) int {
	if !graphql.HasOperationContext(ctx) {
		return 0
	}
	p, _ := graphql.GetOperationContext(ctx).Stats.GetExtension(costExtension).(operationCost)
	return p.Requested
}
