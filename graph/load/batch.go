package load

import (
	"context"
	"sync"
)

// batch reads values by their keys. Keys that are likely to be asked for
// together are told to prime; the first load of one of them reads them all.
type batch[K comparable, V any] struct {
	read func(ctx context.Context, keys []K) (map[K]V, error)

	mu    sync.Mutex
	known map[K]*reading[K, V]
}

// reading is keys that are read in one go.
type reading[K comparable, V any] struct {
	keys   []K
	once   sync.Once
	values map[K]V
	err    error
}

func newBatch[K comparable, V any](read func(context.Context, []K) (map[K]V, error)) *batch[K, V] {
	return &batch[K, V]{read: read, known: make(map[K]*reading[K, V])}
}

func (b *batch[K, V]) prime(keys []K) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := new(reading[K, V])
	for _, k := range keys {
		if b.known[k] == nil {
			b.known[k] = r
			r.keys = append(r.keys, k)
		}
	}
}

// load returns the value of a key; ok is false where there is none.
func (b *batch[K, V]) load(ctx context.Context, key K) (value V, ok bool, err error) {
	b.prime([]K{key})
	b.mu.Lock()
	r := b.known[key]
	b.mu.Unlock()
	r.once.Do(func() { r.values, r.err = b.read(ctx, r.keys) })
	value, ok = r.values[key]
	return value, ok, r.err
}
