package graph

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"
)

// owner is what has lists: a company, or something in it.
type owner struct {
	company   uuid.UUID
	directory uuid.UUID // zero for what is in none
	id        uuid.UUID
}

func idOf(o owner) uuid.UUID { return o.id }

// asked is what a document asks of an owner: one field, which has the same
// arguments whoever is asked.
type asked struct {
	field *ast.Field
	total bool // how long the list is, rather than a page of it
}

func askedIn(ctx context.Context) asked {
	if f := graphql.GetFieldContext(ctx); f != nil {
		return asked{field: f.Field.Field}
	}
	return asked{}
}

// sibling names an owner among those that one field of the document gave.
type sibling struct {
	field *ast.Field
	id    uuid.UUID
}

// sawTogether notes owners that one field of the document gave, of all things
// that have it: whatever is asked below it is asked of all of them.
func (b *batches) sawTogether(ctx context.Context, owners []owner) {
	field := askedIn(ctx).field
	if field == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range owners {
		b.siblings[sibling{field, o.id}] = owners
	}
}

// noted reports whether sawTogether was told of o in the field of ctx.
func (b *batches) noted(ctx context.Context, o owner) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.siblings[sibling{askedIn(ctx).field, o.id}] != nil
}

// siblingsOf returns the owners that were given together with o.
func (b *batches) siblingsOf(ctx context.Context, o owner) []owner {
	b.mu.Lock()
	defer b.mu.Unlock()
	for f := graphql.GetFieldContext(ctx); f != nil; f = f.Parent {
		if all := b.siblings[sibling{f.Field.Field, o.id}]; all != nil {
			return all
		}
	}
	return nil
}

// together reads what is asked of an owner, and in the same go what is asked of
// all that were given with it. So a page of directories with the keys of each
// costs the statements of one directory. The answers are by the owners' ids.
func together[V any](ctx context.Context, r *Resolver, what asked, o owner, read func(context.Context, []owner) (map[uuid.UUID]V, error)) (V, error) {
	b := r.batchesOf(ctx)
	siblings := b.siblingsOf(ctx, o)
	if siblings == nil {
		values, err := read(ctx, []owner{o})
		return values[o.id], err
	}
	all := batchOf(b, what, func(ctx context.Context, owners []owner) (map[owner]V, error) {
		values, err := read(ctx, owners)
		found := make(map[owner]V, len(owners))
		for _, o := range owners {
			if v, ok := values[o.id]; ok {
				found[o] = v
			}
		}
		return found, err
	})
	all.expect(siblings)
	i := slices.IndexFunc(siblings, func(s owner) bool { return s.id == o.id })
	value, _, err := all.load(ctx, siblings[i])
	return value, err
}

// batchOf returns the batch of what is asked.
func batchOf[V any](b *batches, what asked, read func(context.Context, []owner) (map[owner]V, error)) *batch[owner, V] {
	b.mu.Lock()
	defer b.mu.Unlock()
	found, ok := b.lists[what].(*batch[owner, V])
	if !ok {
		found = newBatch(read)
		b.lists[what] = found
	}
	return found
}
