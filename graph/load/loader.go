package load

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/internal/apierror"
)

// Loader reads what other things lead to: users lead to their managers,
// memberships to their groups. Safe for concurrent use; each context has loaded
// its own.
type Loader[K comparable, V any] struct {
	read  func(context.Context, []K) (map[K]V, error)
	owner func(V) Owner
	prime func(context.Context, []V)
}

// New returns a loader of values by their keys.
func New[K comparable, V any](read func(context.Context, []K) (map[K]V, error)) *Loader[K, V] {
	return &Loader[K, V]{read: read}
}

// Leading tells that the values have fields that lead on, owner what they are
// to those, and prime what to call with values that were loaded together.
func (l *Loader[K, V]) Leading(owner func(V) Owner, prime func(context.Context, []V)) *Loader[K, V] {
	l.owner, l.prime = owner, prime
	return l
}

// loaded is what one context has loaded, and the keys primed for it.
type loaded[K comparable, V any] struct {
	*batch[K, V]

	mu     sync.Mutex
	primed map[link[K]][]K
}

// link is a way to something: from what a field of the document gave, by a
// field of each of that.
type link[K comparable] struct {
	from *ast.Field
	by   string
	key  K
}

func (l *Loader[K, V]) in(all *loaders) *loaded[K, V] {
	none := &loaded[K, V]{batch: newBatch(l.read), primed: make(map[link[K]][]K)}
	if all == nil {
		return none
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	found, ok := all.byLoader[l].(*loaded[K, V])
	if !ok {
		found = none
		all.byLoader[l] = found
	}
	return found
}

// Prime notes to what a field of each of some things leads, all of which the
// field of ctx gave: it is asked for of all of them, or of none.
func (l *Loader[K, V]) Prime(ctx context.Context, field string, keys []K) {
	all, from := loadersOf(ctx), FieldOf(ctx).field
	if all == nil || from == nil {
		return
	}
	s := l.in(all)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range keys {
		s.primed[link[K]{from, field, k}] = keys
	}
}

// primedWith returns the keys that were primed together with one.
func (s *loaded[K, V]) primedWith(ctx context.Context, field string, key K) []K {
	s.mu.Lock()
	defer s.mu.Unlock()
	for f := graphql.GetFieldContext(ctx); f != nil; f = f.Parent {
		if keys := s.primed[link[K]{f.Field.Field, field, key}]; keys != nil {
			return keys
		}
	}
	return nil
}

// Load returns what a field leads to, and reads in the same go what it leads to
// from all that was primed with it. ok is false where there is no such thing.
func (l *Loader[K, V]) Load(ctx context.Context, field string, key K) (value V, ok bool, err error) {
	all := loadersOf(ctx)
	s := l.in(all)
	keys := s.primedWith(ctx, field, key)
	s.batch.prime(keys)
	value, ok, err = s.load(ctx, key)
	if err != nil || !ok || all == nil || l.owner == nil || all.primed(ctx, l.owner(value)) {
		return value, ok, err
	}
	var values []V
	for _, k := range keys {
		if v, ok, _ := s.load(ctx, k); ok {
			values = append(values, v)
		}
	}
	l.prime(ctx, values)
	return value, ok, err
}

// Find returns the value of one key, without regard to any field.
func (l *Loader[K, V]) Find(ctx context.Context, key K) (value V, ok bool, err error) {
	return l.in(loadersOf(ctx)).load(ctx, key)
}

// Optional returns what was loaded, or nil where there is none.
func Optional[T any](found *T, ok bool, err error) (*T, error) {
	if err != nil || !ok {
		return nil, err
	}
	return found, nil
}

// Required returns what was loaded, which must be there: a foreign key says so.
func Required[T any](found *T, ok bool, err error) (*T, error) {
	if err == nil && !ok {
		err = apierror.Errorf(apierror.NotFound, "", "it was deleted meanwhile")
	}
	return found, err
}
