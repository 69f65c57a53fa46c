package graph

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// maxOrder is by how many fields a list can be ordered.
const maxOrder = 3

// order is what a list is ordered by. Every column must be NOT NULL, or rows
// would be lost between pages; the id makes the order total.
type order struct {
	columns []column
	desc    bool // of the id
	unique  bool // no two rows of a list agree in the columns: the id is not needed, and an index without it serves
}

type column struct {
	name string
	desc bool
	read func(text string) (any, error) // what a text of a cursor stands for; nil for itself
	// inDirectory says that an index serves the order within a directory, and
	// none does across the directories of a company.
	inDirectory bool
	unique      bool // no two rows of a directory agree in it
}

// String tells orders apart.
func (o order) String() string {
	var b strings.Builder
	for _, c := range o.columns {
		fmt.Fprint(&b, c.name, " ", c.desc, " ")
	}
	fmt.Fprint(&b, o.desc)
	return b.String()
}

// all are the columns with the id.
func (o order) all() []column {
	if o.unique {
		return o.columns
	}
	return append(o.columns[:len(o.columns):len(o.columns)], column{name: "id", desc: o.desc})
}

// values are those of a place, the id last.
func (o order) values(p position) ([]any, error) {
	values := make([]any, 0, len(o.columns)+1)
	rest := p.key
	for i, c := range o.columns {
		text, after, more := strings.Cut(rest, "\x00")
		if more != (i < len(o.columns)-1) {
			return nil, fmt.Errorf("a place has not %d columns", len(o.columns))
		}
		rest = after
		var value any = text
		if c.read != nil {
			var err error
			if value, err = c.read(text); err != nil {
				return nil, err
			}
		}
		values = append(values, value)
	}
	if !o.unique {
		values = append(values, p.id)
	}
	return values, nil
}

func (o order) apply(s *sql.Selector, reverse bool) {
	for _, c := range o.all() {
		direction := sql.Asc
		if c.desc != reverse {
			direction = sql.Desc
		}
		s.OrderBy(direction(s.C(c.name)))
	}
}

// beyond holds for the rows behind a place, or before it. The place must be
// one that values takes.
func (o order) beyond(s *sql.Selector, p position, before bool) *sql.Predicate {
	values, _ := o.values(p)
	columns := o.all()
	if len(columns) == 1 || o.uniform() {
		return tuple(s, columns, values, operator(columns[0].desc != before))
	}
	return nested(s, columns, values, before)
}

// uniform reports whether all columns have one direction, so that the database
// can compare them as one and follow an index.
func (o order) uniform() bool {
	columns := o.all()
	for _, c := range columns {
		if c.desc != columns[0].desc {
			return false
		}
	}
	return true
}

func operator(less bool) string {
	if less {
		return " < "
	}
	return " > "
}

// tuple writes (a, b) > (1, 2).
func tuple(s *sql.Selector, columns []column, values []any, operator string) *sql.Predicate {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = s.C(c.name)
	}
	return sql.P(func(b *sql.Builder) {
		if len(columns) == 1 {
			b.WriteString(names[0] + operator).Arg(values[0])
			return
		}
		b.WriteString("(" + strings.Join(names, ", ") + ")" + operator)
		b.Wrap(func(b *sql.Builder) { b.Args(values...) })
	})
}

// nested writes a > 1 OR a = 1 AND (b < 2 OR …) for columns of two directions.
func nested(s *sql.Selector, columns []column, values []any, before bool) *sql.Predicate {
	first, name := columns[0], s.C(columns[0].name)
	is := func(op string) *sql.Predicate {
		return sql.P(func(b *sql.Builder) { b.WriteString(name + op).Arg(values[0]) })
	}
	past := is(operator(first.desc != before))
	if len(columns) == 1 {
		return past
	}
	return sql.Or(past, sql.And(is(" = "), nested(s, columns[1:], values[1:], before)))
}

// sorting is an order of rows, and how a row tells its place in it.
type sorting[T any] struct {
	order order
	id    func(T) uuid.UUID
	texts []func(T) string
}

func (s sorting[T]) place(row T) position {
	texts := make([]string, len(s.texts))
	for i, text := range s.texts {
		texts[i] = text(row)
	}
	return position{strings.Join(texts, "\x00"), s.id(row)}
}

// oldestFirst is the order in which rows were made.
func oldestFirst[T any](id func(T) uuid.UUID) sorting[T] { return sorting[T]{id: id} }

// sortable is a column that rows can be ordered by; the zero value is the id.
type sortable[T any] struct {
	column column
	text   func(T) string
}

func textColumn[T any](name string, of func(T) string) sortable[T] {
	return sortable[T]{column{name: name}, of}
}

// unique notes that no two rows of a directory agree.
func (s sortable[T]) unique() sortable[T] {
	s.column.unique = true
	return s
}

// inOneDirectory is the order of the rows of one directory: where no two agree
// in a column, what follows decides nothing, and an index without it serves.
func (s sorting[T]) inOneDirectory() sorting[T] {
	if i := slices.IndexFunc(s.order.columns, func(c column) bool { return c.unique }); i >= 0 {
		s.order.columns, s.texts, s.order.unique = s.order.columns[:i+1], s.texts[:i+1], true
	}
	return s
}

// inDirectory notes what an index serves; see column.
func (s sortable[T]) inDirectory() sortable[T] {
	s.column.inDirectory = true
	return s
}

func timeColumn[T any](name string, of func(T) time.Time) sortable[T] {
	return sortable[T]{
		column{name: name, read: func(text string) (any, error) {
			at, err := time.Parse(time.RFC3339Nano, text)
			return at.UTC(), err
		}},
		func(row T) string { return of(row).UTC().Format(time.RFC3339Nano) },
	}
}

func boolColumn[T any](name string, of func(T) bool) sortable[T] {
	return sortable[T]{
		column{name: name, read: func(text string) (any, error) { return strconv.ParseBool(text) }},
		func(row T) string { return strconv.FormatBool(of(row)) },
	}
}

func intColumn[T any](name string, of func(T) int64) sortable[T] {
	return sortable[T]{
		column{name: name, read: func(text string) (any, error) { return strconv.ParseInt(text, 10, 64) }},
		func(row T) string { return strconv.FormatInt(of(row), 10) },
	}
}

// term is one field of what a list is to be ordered by.
type term[F comparable] struct {
	Field     F
	Direction model.OrderDirection
}

// sortBy returns the order that terms ask for, of the columns that there are;
// that of ids where they ask for none. The id has the direction of the last.
func sortBy[F comparable, T any](columns map[F]sortable[T], id func(T) uuid.UUID, terms []term[F]) (sorting[T], error) {
	s := oldestFirst(id)
	if len(terms) > maxOrder {
		return s, apierror.Errorf(apierror.Limit, "orderBy", "at most %d fields", maxOrder)
	}
	used := make(map[F]bool)
	for _, t := range terms {
		if _, ok := columns[t.Field]; !ok || used[t.Field] {
			return s, apierror.Errorf(apierror.Invalid, "orderBy", "%v cannot be ordered by, or is there twice", t.Field)
		}
		used[t.Field] = true
	}
	for _, t := range terms {
		s.order.desc = t.Direction == model.OrderDirectionDesc
		c := columns[t.Field]
		if c.text == nil {
			break // no two rows agree in the id: what follows decides nothing
		}
		c.column.desc = s.order.desc
		s.order.columns, s.texts = append(s.order.columns, c.column), append(s.texts, c.text)
	}
	return s, nil
}
