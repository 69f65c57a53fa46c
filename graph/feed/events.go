package feed

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/change"
)

// Event is one change that was committed, as [Feed.Record] got it.
type Event struct {
	Kind          change.Kind
	ID            uuid.UUID      // of the resource
	Before, After map[string]any // of the attributes that changed; not to be altered
}

// Events collects the changes of a context. Safe for concurrent use.
type Events struct {
	mu   sync.Mutex
	list []Event
}

type eventsKey struct{}

// WithEvents returns a context that collects what is changed in it, once it
// is committed.
func WithEvents(ctx context.Context) (context.Context, *Events) {
	e := new(Events)
	return context.WithValue(ctx, eventsKey{}, e), e
}

// All returns what was committed so far, in its order.
func (e *Events) All() []Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.list)
}

// Attributes returns the names of what changed, in order.
func (e Event) Attributes() []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(e.Before)), maps.Keys(e.After))
	slices.Sort(names)
	return slices.Compact(names)
}

// emit adds an event to those that are collected in ctx, once it is committed.
func emit(ctx context.Context, c Record) {
	e, ok := ctx.Value(eventsKey{}).(*Events)
	if !ok {
		return
	}
	entdb.OnCommit(ctx, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.list = append(e.list, Event{c.Kind, c.ID, c.Before, c.After})
	})
}
