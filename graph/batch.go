package graph

import (
	"context"
	"sync"

	"github.com/google/uuid"

	"github.com/feddir/feddir/internal/apierror"
)

// batch reads values by their keys for one request. What is asked for together,
// such as the managers of a page of users, is announced by expect; the first
// load of one of them reads them all in one statement. What nobody asks for is
// never read.
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

// expect announces keys that are likely to be loaded together.
func (b *batch[K, V]) expect(keys []K) {
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
	b.expect([]K{key})
	b.mu.Lock()
	r := b.known[key]
	b.mu.Unlock()
	r.once.Do(func() { r.values, r.err = b.read(ctx, r.keys) })
	value, ok = r.values[key]
	return value, ok, r.err
}

// inDirectoryKey is the id of something in a directory.
type inDirectoryKey struct{ directory, id uuid.UUID }

// parts returns the directories of the keys, each once, and the ids.
func parts(keys []inDirectoryKey) (directories, ids []uuid.UUID) {
	seen := make(map[uuid.UUID]bool)
	for _, k := range keys {
		if !seen[k.directory] {
			seen[k.directory] = true
			directories = append(directories, k.directory)
		}
		ids = append(ids, k.id)
	}
	return directories, ids
}

// by indexes rows by their key.
func by[K comparable, T any](rows []T, key func(T) K) map[K]T {
	m := make(map[K]T, len(rows))
	for _, row := range rows {
		m[key(row)] = row
	}
	return m
}

// orNone returns what was loaded, or nil where there is none.
func orNone[T any](found *T, ok bool, err error) (*T, error) {
	if err != nil || !ok {
		return nil, err
	}
	return found, nil
}

// orMissing returns what was loaded, which must be there: a foreign key says so.
func orMissing[T any](found *T, ok bool, err error) (*T, error) {
	if err == nil && !ok {
		err = &apierror.Error{Code: apierror.NotFound, Message: "it was deleted meanwhile"}
	}
	return found, err
}
