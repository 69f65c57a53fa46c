package graph

import (
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
)

// list is the lists of one kind that some owners have, such as the keys of
// directories: rows of one table, of which each is in the list of one owner.
type list[T any] struct {
	rows[T]
	listing
	by     sorting[T]
	column string                                // what names the owner of a row
	of     func(T) uuid.UUID                     // the owner of a row
	narrow func(load.Owner) ([]narrowing, error) // to the rows of an owner's list: to some, and some others
}

// pagesAtOnce is how many pages one statement reads; SQLite joins at most 500.
const pagesAtOnce = 100

// ownedBy narrows to what belongs to an owner's company and directory.
func ownedBy(s *sql.Selector, o load.Owner) {
	if o.Company != uuid.Nil {
		s.Where(sql.EQ(s.C("company_id"), o.Company))
	}
	if o.Directory != uuid.Nil {
		s.Where(sql.EQ(s.C("directory_id"), o.Directory))
	}
}

// among makes what narrows a list to all that is in an owner's company and
// directory and for which where holds.
func among(where ...narrowing) func(load.Owner) ([]narrowing, error) {
	return func(o load.Owner) ([]narrowing, error) {
		return []narrowing{func(s *sql.Selector) {
			ownedBy(s, o)
			for _, w := range where {
				w(s)
			}
		}}, nil
	}
}

// only is like among, for what names the owner in a column.
func only(column string, where ...narrowing) func(load.Owner) ([]narrowing, error) {
	return func(o load.Owner) ([]narrowing, error) {
		return among(append([]narrowing{sql.FieldEQ(column, o.ID)}, where...)...)(o)
	}
}

// windows narrows a query to the windows of the lists of some owners, in their
// order. Of several each is read along its index, as far as it goes.
func (l list[T]) windows(owners []load.Owner, w window) (narrowing, error) {
	var parts []narrowing
	for _, o := range owners {
		some, err := l.narrow(o)
		if err != nil {
			return nil, err
		}
		parts = append(parts, some...)
	}
	if len(parts) == 1 {
		return func(s *sql.Selector) { parts[0](s); w.apply(s) }, nil
	}
	return func(s *sql.Selector) {
		l.within(owners)(s)
		s.Where(anyOf(s, l.table, parts, w.apply))
		w.order.apply(s, w.backward)
	}, nil
}

// within narrows to the directories of the owners, where they are in some:
// keys of tables are led by those.
func (l list[T]) within(owners []load.Owner) narrowing {
	var directories []any
	for _, o := range owners {
		if o.Directory != uuid.Nil && !slices.Contains(directories, any(o.Directory)) {
			directories = append(directories, o.Directory)
		}
	}
	return func(s *sql.Selector) {
		if len(directories) > 0 {
			s.Where(sql.In(s.C("directory_id"), directories...))
		}
	}
}

// anyOf holds for the rows of any of several parts of a table.
func anyOf(s *sql.Selector, table string, parts []narrowing, bound narrowing) *sql.Predicate {
	d := sql.Dialect(s.Dialect())
	pages := make([]*sql.Selector, len(parts))
	for i, narrow := range parts {
		t := d.Table(table)
		pages[i] = d.Select(t.C("id")).From(t)
		narrow(pages[i])
		bound(pages[i])
	}
	return sql.P(func(b *sql.Builder) {
		b.WriteString(s.C("id") + " IN (")
		for i, page := range pages {
			if i > 0 {
				b.WriteString(" UNION ALL ")
			}
			b.WriteString("SELECT id FROM (").Join(page).WriteString(fmt.Sprintf(") AS page%d", i))
		}
		b.WriteString(")")
	})
}

// readWindows reads the same window of the lists of several owners.
func (l list[T]) readWindows(ctx context.Context, owners []load.Owner, w window) (map[uuid.UUID][]T, error) {
	found := make(map[uuid.UUID][]T)
	for chunk := range slices.Chunk(owners, pagesAtOnce) {
		windows, err := l.windows(chunk, w)
		if err != nil {
			return nil, err
		}
		rows, err := l.read(ctx, windows)
		if err != nil {
			return nil, err
		}
		if len(chunk) == 1 {
			found[chunk[0].ID] = rows
			continue
		}
		for _, row := range rows {
			found[l.of(row)] = append(found[l.of(row)], row)
		}
	}
	return found, nil
}

// pageOf is a page of the list of an owner.
func pageOf[T any](ctx context.Context, r *Resolver, l list[T], o load.Owner, args pageArgs) (p page[T], err error) {
	w, err := r.window(ctx, l.listing, l.by.order, args)
	if err != nil {
		return p, err
	}
	read := func(ctx context.Context, owners []load.Owner) (map[uuid.UUID][]T, error) {
		return l.readWindows(ctx, owners, w)
	}
	if w.after != nil || w.before != nil { // a cursor is of one list alone
		pages, err := read(ctx, []load.Owner{o})
		return cut(w, pages[o.ID], l.by.place), err
	}
	rows, err := load.PerOwner(ctx, load.FieldOf(ctx), o, read)
	return cut(w, rows, l.by.place), err
}

// totalOf counts the list of an owner when that is asked for.
func totalOf[T any](ctx context.Context, l list[T], o load.Owner) model.Total {
	field := load.FieldOf(ctx).Total()
	return func(ctx context.Context) (int64, error) {
		return load.PerOwner(ctx, field, o, l.counts)
	}
}

// counts counts the lists of some owners.
func (l list[T]) counts(ctx context.Context, owners []load.Owner) (map[uuid.UUID]int64, error) {
	counts := make(map[uuid.UUID]int64, len(owners))
	for chunk := range slices.Chunk(owners, pagesAtOnce) {
		var parts []narrowing
		for _, o := range chunk {
			some, err := l.narrow(o)
			if err != nil {
				return nil, err
			}
			parts = append(parts, some...)
		}
		if len(parts) == 1 {
			n, err := l.count(ctx, parts[0])
			if err != nil {
				return nil, err
			}
			counts[chunk[0].ID] = n
			continue
		}
		some, err := l.countBy(ctx, l.column, l.within(chunk), func(s *sql.Selector) {
			s.Where(anyOf(s, l.table, parts, func(*sql.Selector) {}))
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

// maxMerged is how many directories' pages are merged; a company with more has
// its list sorted.
const maxMerged = 50

// companyPage is a page of a list that directories have, of all directories of
// the viewer's company. Where an index serves the order in a directory and none
// does across the company, the page is taken from those of the directories, so
// that it costs a page of each, and not the sorting of all there are.
func companyPage[T any](ctx context.Context, r *Resolver, l list[T], args pageArgs) (p page[T], err error) {
	w, err := r.window(ctx, l.listing, l.by.order, args)
	if err != nil {
		return p, err
	}
	windows, err := r.companyWindow(ctx, l.by.order, func(owners []load.Owner) (narrowing, error) { return l.windows(owners, w) })
	if err != nil {
		return p, err
	}
	rows, err := l.read(ctx, windows, func(s *sql.Selector) { s.Limit(w.limit + 1) })
	if err != nil {
		return p, err
	}
	return cut(w, rows, l.by.place), nil
}

// companyWindow returns the window of a company: of it, or of its directories.
func (r *Resolver) companyWindow(ctx context.Context, o order, windows func([]load.Owner) (narrowing, error)) (narrowing, error) {
	v, _ := viewer.FromContext(ctx)
	whole := []load.Owner{{Company: v.CompanyID}}
	if v.Unbound() || len(o.columns) == 0 || !o.columns[0].inDirectory {
		return windows(whole)
	}
	directories, err := r.client(ctx).Directory.Query().Limit(maxMerged + 1).IDs(ctx)
	if err != nil {
		return nil, err
	}
	if len(directories) == 0 || len(directories) > maxMerged {
		return windows(whole)
	}
	return windows(collect(directories, func(id uuid.UUID) load.Owner { return load.Owner{Company: v.CompanyID, Directory: id, ID: id} }))
}
