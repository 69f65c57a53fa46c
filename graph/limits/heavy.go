package limits

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// HeavyCost is the cost from which an operation is heavy: that of a search, or of
// a page of a hundred objects.
const HeavyCost = searchCost

// HeavyReads makes a heavy operation wait for a turn before it reads anything, so
// that it holds no connection while it waits. A query is heavy if it costs
// [HeavyCost] or more, or filters a list, for which the database may have to read
// all rows; a mutation if what it selects of a result is, and a subscription if
// what it selects of an event is. A heavy subscription waits with each event: see
// [EventTurn]. [Cost] must be used before it.
type HeavyReads struct {
	// Turn gives the caller of ctx its turn, after which release is called. Where
	// it is nil nobody waits.
	Turn func(ctx context.Context) (release func(), err error)
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
	graphql.ResponseInterceptor
} = HeavyReads{}

const eventsExtension = "heavyEvents"

// ExtensionName implements graphql.HandlerExtension.
func (HeavyReads) ExtensionName() string { return "HeavyReads" }

// Validate implements graphql.HandlerExtension.
func (HeavyReads) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext implements graphql.OperationContextMutator.
func (h HeavyReads) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	if h.Turn != nil && op.Operation.Operation == ast.Subscription && isHeavy(op) {
		op.Stats.SetExtension(eventsExtension, &heavyEvents{turn: h.Turn, ready: make(chan struct{}, 1)})
	}
	return nil
}

// InterceptResponse implements graphql.ResponseInterceptor.
func (h HeavyReads) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if h.Turn == nil || !graphql.HasOperationContext(ctx) {
		return next(ctx)
	}
	op := graphql.GetOperationContext(ctx)
	if op.Operation == nil { // the document was refused
		return next(ctx)
	}
	if op.Operation.Operation == ast.Subscription {
		if events := eventsOf(op); events != nil {
			events.next()
			defer events.end() // the turn that its event has had
		}
		return next(ctx)
	}
	if !isHeavy(op) {
		return next(ctx)
	}
	release, err := h.Turn(ctx)
	if err != nil {
		graphql.AddError(ctx, err)
		return &graphql.Response{Errors: graphql.GetErrors(ctx), Extensions: graphql.GetExtensions(ctx)}
	}
	defer release()
	return next(ctx)
}

func isHeavy(op *graphql.OperationContext) bool {
	p, _ := op.Stats.GetExtension(costExtension).(operationCost)
	return p.heavy
}

// heavyEvents has the turn of a heavy subscription's event while it is answered.
type heavyEvents struct {
	turn  func(ctx context.Context) (release func(), err error)
	ready chan struct{} // has one while the next event is waited for

	mu      sync.Mutex
	release func()
}

func eventsOf(op *graphql.OperationContext) *heavyEvents {
	events, _ := op.Stats.GetExtension(eventsExtension).(*heavyEvents)
	return events
}

func (e *heavyEvents) next() {
	select {
	case e.ready <- struct{}{}:
	default:
	}
}

// end gives the turn back, if there is one.
func (e *heavyEvents) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.release != nil {
		e.release()
		e.release = nil
	}
}

// EventTurn waits for the turn of the next event of the subscription of ctx, if
// that is heavy; not before the one before it was sent, so that a slow client
// keeps no turn. The turn ends when the event has been answered; who does not
// deliver the event must call giveBack.
func EventTurn(ctx context.Context) (giveBack func(), err error) {
	if !graphql.HasOperationContext(ctx) {
		return func() {}, nil
	}
	e := eventsOf(graphql.GetOperationContext(ctx))
	if e == nil {
		return func() {}, nil
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-e.ready:
	}
	release, err := e.turn(ctx)
	if err != nil {
		e.next()
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.release = release
	return e.end, nil
}
