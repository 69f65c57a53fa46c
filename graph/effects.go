package graph

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/change"
)

// Effect is one change that was committed.
type Effect struct {
	Kind          change.Kind
	ID            uuid.UUID      // of the resource
	Before, After map[string]any // of the attributes that changed; not to be altered
}

// Effects collects what is changed in a context. Safe for concurrent use.
type Effects struct {
	mu   sync.Mutex
	list []Effect
}

type effectsKey struct{}

// WithEffects returns a context that collects what is changed in it, once it
// is committed.
func WithEffects(ctx context.Context) (context.Context, *Effects) {
	e := new(Effects)
	return context.WithValue(ctx, effectsKey{}, e), e
}

// All returns what was committed so far, in its order.
func (e *Effects) All() []Effect {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.list)
}

// Attributes returns the names of what changed, in order.
func (e Effect) Attributes() []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(e.Before)), maps.Keys(e.After))
	slices.Sort(names)
	return slices.Compact(names)
}

// effect tells whoever collects them in ctx of a change, once it is committed.
func effect(ctx context.Context, c changeRecord) {
	e, ok := ctx.Value(effectsKey{}).(*Effects)
	if !ok {
		return
	}
	entdb.OnCommit(ctx, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.list = append(e.list, Effect{c.kind, c.id, c.before, c.after})
	})
}
