package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph/load"
)

// narrowing narrows and orders what a query reads.
type narrowing = func(*sql.Selector)

// rows is how the rows of a table are read for lists, under the viewer's rules.
type rows[T any] struct {
	table string
	id    func(T) uuid.UUID
	value func(T, string) (ent.Value, error) // of a column that was selected beside the row's own
	query func(context.Context, []narrowing) reader[T]
	prime func(context.Context, []T) // tells loaders of rows that were read together
}

// reader is a query of ent.
type reader[T any] struct {
	all     func(context.Context) ([]T, error)
	ids     func(context.Context) ([]uuid.UUID, error)
	count   func(context.Context) (int, error)
	grouped func(column string) scanner
}

type scanner interface {
	Scan(context.Context, any) error
}

// read returns the rows, primed.
func (t rows[T]) read(ctx context.Context, where ...narrowing) ([]T, error) {
	found, err := t.query(ctx, where).all(ctx)
	if err == nil && load.FieldOf(ctx) != (load.Field{}) {
		t.prime(ctx, found)
	}
	return found, err
}

func (t rows[T]) count(ctx context.Context, where ...narrowing) (int64, error) {
	n, err := t.query(ctx, where).count(ctx)
	return int64(n), err
}

// countBy counts the rows by what a column holds, which is an id.
func (t rows[T]) countBy(ctx context.Context, column string, where ...narrowing) (map[uuid.UUID]int64, error) {
	var groups []struct {
		Owner uuid.UUID `json:"owner"`
		N     int64     `json:"n"`
	}
	if err := t.query(ctx, where).grouped(column).Scan(ctx, &groups); err != nil {
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

// valued is what the rows that ent generates have in common.
type valued interface {
	Value(string) (ent.Value, error)
}

func rowsOf[Q entQuery[Q, P, T, S], P ~func(*sql.Selector), T valued, S scanner](table string, id func(T) uuid.UUID, query func(context.Context) Q, prime func(context.Context, []T)) rows[T] {
	return rows[T]{table: table, id: id, prime: prime, value: func(row T, column string) (ent.Value, error) { return row.Value(column) },
		query: func(ctx context.Context, where []narrowing) reader[T] {
			q := query(ctx)
			for _, w := range where {
				q = q.Where(P(w))
			}
			return reader[T]{q.All, q.IDs, q.Count, func(column string) scanner {
				return q.Modify(func(s *sql.Selector) {
					s.Select(sql.As(s.C(column), "owner"), sql.As(sql.Count("*"), "n")).GroupBy(s.C(column))
				})
			}}
		},
	}
}
