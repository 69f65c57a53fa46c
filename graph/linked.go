package graph

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// linked is a batch of what other things lead to: users to their managers,
// memberships to their groups.
type linked[K comparable, V any] struct {
	*batch[K, V]
	b     *batches
	owner func(V) owner              // of what has fields that lead on; nil where nothing does
	saw   func(context.Context, []V) // announces what values lead to

	mu        sync.Mutex
	announced map[link[K]][]K
}

// link is a way to something: from what a field of the document gave, by a
// field of each of that.
type link[K comparable] struct {
	from *ast.Field
	by   string
	key  K
}

func newLinked[K comparable, V any](b *batches, owner func(V) owner, saw func(context.Context, []V), read func(context.Context, []K) (map[K]V, error)) *linked[K, V] {
	return &linked[K, V]{batch: newBatch(read), b: b, owner: owner, saw: saw, announced: make(map[link[K]][]K)}
}

// announce notes to what a field of each of some things leads, all of which
// one field of the document gave: it is asked for of all of them, or of none.
func (l *linked[K, V]) announce(ctx context.Context, by string, keys []K) {
	from := askedIn(ctx).field
	if from == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range keys {
		l.announced[link[K]{from, by, k}] = keys
	}
}

// announcedWith returns the keys that were announced together with one.
func (l *linked[K, V]) announcedWith(ctx context.Context, by string, key K) []K {
	l.mu.Lock()
	defer l.mu.Unlock()
	for f := graphql.GetFieldContext(ctx); f != nil; f = f.Parent {
		if keys := l.announced[link[K]{f.Field.Field, by, key}]; keys != nil {
			return keys
		}
	}
	return nil
}

// follow returns what a link leads to, having read it together with what the
// same links of others lead to.
func (l *linked[K, V]) follow(ctx context.Context, by string, key K) (value V, ok bool, err error) {
	keys := l.announcedWith(ctx, by, key)
	l.expect(keys)
	value, ok, err = l.load(ctx, key)
	if err != nil || !ok || l.owner == nil || l.b.noted(ctx, l.owner(value)) {
		return value, ok, err
	}
	var values []V
	for _, k := range keys {
		if v, ok, _ := l.load(ctx, k); ok {
			values = append(values, v)
		}
	}
	l.saw(ctx, values)
	return value, ok, err
}
