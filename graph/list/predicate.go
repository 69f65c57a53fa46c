package list

import (
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/graph/load"
)

// Predicate narrows, and may order, what a query reads.
type Predicate = func(*sql.Selector)

// OwnedBy holds for what belongs to an owner's company and directory.
func OwnedBy(o load.Owner) Predicate {
	return func(s *sql.Selector) {
		if o.Company != uuid.Nil {
			s.Where(sql.EQ(s.C("company_id"), o.Company))
		}
		if o.Directory != uuid.Nil {
			s.Where(sql.EQ(s.C("directory_id"), o.Directory))
		}
	}
}

// Owned makes of an owner the predicate of all that is in its company and
// directory and for which where holds.
func Owned(where ...Predicate) func(load.Owner) ([]Predicate, error) {
	return func(o load.Owner) ([]Predicate, error) {
		return []Predicate{func(s *sql.Selector) {
			OwnedBy(o)(s)
			for _, w := range where {
				w(s)
			}
		}}, nil
	}
}

// OwnedThrough is like Owned, for what names the owner in a column.
func OwnedThrough(column string, where ...Predicate) func(load.Owner) ([]Predicate, error) {
	return func(o load.Owner) ([]Predicate, error) {
		return Owned(append([]Predicate{sql.FieldEQ(column, o.ID)}, where...)...)(o)
	}
}

// inDirectoriesOf holds for what is in the directories of the owners, where
// they are in some: keys of tables are led by those.
func inDirectoriesOf(owners []load.Owner) Predicate {
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

// AnyOf holds for the rows of any of several parts of a table, each of which
// may be bounded.
func AnyOf(s *sql.Selector, table string, parts []Predicate, bound Predicate) *sql.Predicate {
	d := sql.Dialect(s.Dialect())
	pages := make([]*sql.Selector, len(parts))
	for i, holds := range parts {
		t := d.Table(table)
		pages[i] = d.Select(t.C("id")).From(t)
		holds(pages[i])
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
