package load

import (
	"context"
	"slices"

	"github.com/google/uuid"
)

// PerOwner returns what a field has for an owner, and reads in the same go what
// it has for all that were primed with it. So a page of directories with the
// keys of each costs the statements of one directory. read returns values by
// the ids of their owners.
func PerOwner[V any](ctx context.Context, f Field, o Owner, read func(context.Context, []Owner) (map[uuid.UUID]V, error)) (V, error) {
	l := loadersOf(ctx)
	var owners []Owner
	if l != nil {
		owners = l.primedWith(ctx, o)
	}
	if owners == nil {
		values, err := read(ctx, []Owner{o})
		return values[o.ID], err
	}
	all := batchOf(l, f, read)
	all.prime(owners)
	i := slices.IndexFunc(owners, func(primed Owner) bool { return primed.ID == o.ID })
	value, _, err := all.load(ctx, owners[i])
	return value, err
}

// batchOf returns the batch of a field.
func batchOf[V any](l *loaders, f Field, read func(context.Context, []Owner) (map[uuid.UUID]V, error)) *batch[Owner, V] {
	l.mu.Lock()
	defer l.mu.Unlock()
	found, ok := l.perOwner[f].(*batch[Owner, V])
	if !ok {
		found = newBatch(func(ctx context.Context, owners []Owner) (map[Owner]V, error) {
			values, err := read(ctx, owners)
			return byOwner(owners, values), err
		})
		l.perOwner[f] = found
	}
	return found
}

func byOwner[V any](owners []Owner, values map[uuid.UUID]V) map[Owner]V {
	found := make(map[Owner]V, len(owners))
	for _, o := range owners {
		if v, ok := values[o.ID]; ok {
			found[o] = v
		}
	}
	return found
}
