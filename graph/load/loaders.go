package load

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"
)

// loaders are what one request or event has loaded, or is going to.
type loaders struct {
	mu       sync.Mutex
	owners   map[primedOwner][]Owner
	perOwner map[Field]any // a *batch[Owner, V] each
	byLoader map[any]any   // of a *Loader[K, V] its *loaded[K, V]
}

// primedOwner names an owner among those that one field of the document gave.
type primedOwner struct {
	field *ast.Field
	id    uuid.UUID
}

func newLoaders() *loaders {
	return &loaders{owners: make(map[primedOwner][]Owner), perOwner: make(map[Field]any), byLoader: make(map[any]any)}
}

type loadersKey struct{}

// NewContext returns a context that has loaded nothing yet. What is asked for
// in a context without this is read at once, by itself.
func NewContext(ctx context.Context) context.Context {
	current := new(atomic.Pointer[loaders])
	current.Store(newLoaders())
	return context.WithValue(ctx, loadersKey{}, current)
}

// Reset makes a context read anew what was true before a mutation; one request
// can hold several, which run one after the other.
func Reset(ctx context.Context) {
	if current, ok := ctx.Value(loadersKey{}).(*atomic.Pointer[loaders]); ok {
		current.Store(newLoaders())
	}
}

// loadersOf returns what ctx has loaded, nil in a call from Go.
func loadersOf(ctx context.Context) *loaders {
	if current, ok := ctx.Value(loadersKey{}).(*atomic.Pointer[loaders]); ok {
		return current.Load()
	}
	return nil
}

// Prime notes owners that the field of ctx gave: whatever is asked below it is
// asked of all of them.
func Prime(ctx context.Context, owners []Owner) {
	l, field := loadersOf(ctx), FieldOf(ctx).field
	if l == nil || field == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, o := range owners {
		l.owners[primedOwner{field, o.ID}] = owners
	}
}

// primed reports whether o is primed in the field of ctx.
func (l *loaders) primed(ctx context.Context, o Owner) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.owners[primedOwner{FieldOf(ctx).field, o.ID}] != nil
}

// primedWith returns the owners that were primed together with o.
func (l *loaders) primedWith(ctx context.Context, o Owner) []Owner {
	l.mu.Lock()
	defer l.mu.Unlock()
	for f := graphql.GetFieldContext(ctx); f != nil; f = f.Parent {
		if all := l.owners[primedOwner{f.Field.Field, o.ID}]; all != nil {
			return all
		}
	}
	return nil
}
