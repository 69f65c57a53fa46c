package list

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph/load"
)

// Table is how the rows of a table are read, under the viewer's rules.
type Table[T any] struct {
	Name  string
	ID    func(T) uuid.UUID
	Value func(T, string) (ent.Value, error) // of a column that was selected beside the row's own
	Query func(context.Context, []Predicate) Query[T]
	Prime func(context.Context, []T) // tells loaders of rows that were read together
}

// Query is a query of ent.
type Query[T any] struct {
	All     func(context.Context) ([]T, error)
	IDs     func(context.Context) ([]uuid.UUID, error)
	Count   func(context.Context) (int, error)
	grouped func(column string) scanner
}

type scanner interface {
	Scan(context.Context, any) error
}

// Read returns the rows, primed.
func (t Table[T]) Read(ctx context.Context, where ...Predicate) ([]T, error) {
	found, err := t.Query(ctx, where).All(ctx)
	if err == nil && load.FieldOf(ctx) != (load.Field{}) {
		t.Prime(ctx, found)
	}
	return found, err
}

// Count returns how many rows there are.
func (t Table[T]) Count(ctx context.Context, where ...Predicate) (int64, error) {
	n, err := t.Query(ctx, where).Count(ctx)
	return int64(n), err
}

// countBy counts the rows by what a column holds, which is an id.
func (t Table[T]) countBy(ctx context.Context, column string, where ...Predicate) (map[uuid.UUID]int64, error) {
	var groups []struct {
		Owner uuid.UUID `json:"owner"`
		N     int64     `json:"n"`
	}
	if err := t.Query(ctx, where).grouped(column).Scan(ctx, &groups); err != nil {
		return nil, err
	}
	counts := make(map[uuid.UUID]int64, len(groups))
	for _, g := range groups {
		counts[g.Owner] = g.N
	}
	return counts, nil
}

// entQuery is what the queries that ent generates have in common.
type entQuery[Q any, P ~func(*sql.Selector), T any, S scanner] interface {
	Where(...P) Q
	All(context.Context) ([]T, error)
	IDs(context.Context) ([]uuid.UUID, error)
	Count(context.Context) (int, error)
	Modify(...func(*sql.Selector)) S
}

// entRow is what the rows that ent generates have in common.
type entRow interface {
	Value(string) (ent.Value, error)
}

// NewTable returns the table that ent's queries are of.
func NewTable[Q entQuery[Q, P, T, S], P ~func(*sql.Selector), T entRow, S scanner](name string, id func(T) uuid.UUID, query func(context.Context) Q, prime func(context.Context, []T)) Table[T] {
	return Table[T]{
		Name: name, ID: id, Prime: prime, Value: func(row T, column string) (ent.Value, error) { return row.Value(column) },
		Query: func(ctx context.Context, where []Predicate) Query[T] {
			q := query(ctx)
			for _, w := range where {
				q = q.Where(P(w))
			}
			return Query[T]{q.All, q.IDs, q.Count, func(column string) scanner {
				return q.Modify(func(s *sql.Selector) {
					s.Select(sql.As(s.C(column), "owner"), sql.As(sql.Count("*"), "n")).GroupBy(s.C(column))
				})
			}}
		},
	}
}
