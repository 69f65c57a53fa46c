package list

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
)

// List is the lists of one kind that some owners have, such as the keys of
// directories: rows of one table, of which each is in the list of one owner.
type List[T any] struct {
	Table[T]
	Scope
	By      Sorting[T]
	Column  string                                // what names the owner of a row
	OwnerOf func(T) uuid.UUID                     // the owner of a row
	Where   func(load.Owner) ([]Predicate, error) // the rows of an owner's list: some, and some others
}

// PerStatement is how many parts of a table one statement reads; SQLite joins
// at most 500.
const PerStatement = 100

// parts are the rows of the lists of some owners.
func (l List[T]) parts(owners []load.Owner) (parts []Predicate, err error) {
	for _, o := range owners {
		some, err := l.Where(o)
		if err != nil {
			return nil, err
		}
		parts = append(parts, some...)
	}
	return parts, nil
}

// pages narrows a query to a page of the lists of each of some owners. Of
// several each is read along its index, as far as it goes.
func (l List[T]) pages(owners []load.Owner, r Request) (Predicate, error) {
	parts, err := l.parts(owners)
	if err != nil {
		return nil, err
	}
	if len(parts) == 1 {
		return func(s *sql.Selector) { parts[0](s); r.apply(s) }, nil
	}
	return func(s *sql.Selector) {
		inDirectoriesOf(owners)(s)
		s.Where(AnyOf(s, l.Table.Name, parts, r.apply))
		r.order.apply(s, r.backward)
	}, nil
}

// readPages reads the same page of the lists of several owners.
func (l List[T]) readPages(ctx context.Context, owners []load.Owner, r Request) (map[uuid.UUID][]T, error) {
	found := make(map[uuid.UUID][]T)
	for chunk := range slices.Chunk(owners, PerStatement) {
		pages, err := l.pages(chunk, r)
		if err != nil {
			return nil, err
		}
		rows, err := l.Read(ctx, pages)
		if err != nil {
			return nil, err
		}
		if len(chunk) == 1 {
			found[chunk[0].ID] = rows
			continue
		}
		for _, row := range rows {
			found[l.OwnerOf(row)] = append(found[l.OwnerOf(row)], row)
		}
	}
	return found, nil
}

// Page is a page of the list of an owner.
func (l List[T]) Page(ctx context.Context, o load.Owner, args Args) (c Connection[T], err error) {
	r, err := NewRequest(ctx, l.Scope, l.By.order, args)
	if err != nil {
		return c, err
	}
	read := func(ctx context.Context, owners []load.Owner) (map[uuid.UUID][]T, error) {
		return l.readPages(ctx, owners, r)
	}
	if r.after != nil || r.before != nil { // a cursor is of one list alone
		pages, err := read(ctx, []load.Owner{o})
		return truncate(r, pages[o.ID], l.By.Key), err
	}
	rows, err := load.PerOwner(ctx, load.FieldOf(ctx), o, read)
	return truncate(r, rows, l.By.Key), err
}

// First returns the first rows of the list of each of some owners.
func (l List[T]) First(ctx context.Context, owners []load.Owner, n int) (map[uuid.UUID][]T, error) {
	return l.readPages(ctx, owners, Request{order: l.By.order, limit: n - 1})
}

// Total counts the list of an owner when that is asked for.
func (l List[T]) Total(ctx context.Context, o load.Owner) model.Total {
	field := load.FieldOf(ctx).Total()
	return func(ctx context.Context) (int64, error) {
		return load.PerOwner(ctx, field, o, l.counts)
	}
}

// counts counts the lists of some owners.
func (l List[T]) counts(ctx context.Context, owners []load.Owner) (map[uuid.UUID]int64, error) {
	counts := make(map[uuid.UUID]int64, len(owners))
	for chunk := range slices.Chunk(owners, PerStatement) {
		parts, err := l.parts(chunk)
		if err != nil {
			return nil, err
		}
		if len(parts) == 1 {
			n, err := l.Count(ctx, parts[0])
			if err != nil {
				return nil, err
			}
			counts[chunk[0].ID] = n
			continue
		}
		some, err := l.countBy(ctx, l.Column, inDirectoriesOf(chunk), func(s *sql.Selector) {
			s.Where(AnyOf(s, l.Table.Name, parts, func(*sql.Selector) {}))
		})
		if err != nil {
			return nil, err
		}
		for id, n := range some {
			counts[id] += n
		}
	}
	return counts, nil
}
