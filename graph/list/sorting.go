package list

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// MaxFields is by how many fields a list can be ordered.
const MaxFields = 3

// Sorting is an order of rows that tell their seek keys themselves.
type Sorting[T any] struct {
	order Order
	id    func(T) uuid.UUID
	texts []func(T) string
}

// Oldest is the order in which rows were made, the oldest first.
func Oldest[T any](id func(T) uuid.UUID) Sorting[T] { return Sorting[T]{id: id} }

// Newest is the order in which rows were made, the newest first: ids carry
// their time.
func Newest[T any](id func(T) uuid.UUID) Sorting[T] {
	return Sorting[T]{order: Order{desc: true}, id: id}
}

// ByUnique is the order of a column in which no two rows of a list agree.
func ByUnique[T any](by Sortable[T], id func(T) uuid.UUID) Sorting[T] {
	return Sorting[T]{Order{columns: []column{by.column}, unique: true}, id, []func(T) string{by.text}}
}

// Order returns the order.
func (s Sorting[T]) Order() Order { return s.order }

// Key returns the seek key of a row.
func (s Sorting[T]) Key(row T) SeekKey {
	texts := make([]string, len(s.texts))
	for i, text := range s.texts {
		texts[i] = text(row)
	}
	return SeekKey{strings.Join(texts, separator), s.id(row)}
}

// InOneDirectory is the order of the rows of one directory: where no two agree
// in a column, what follows decides nothing, and an index without it serves.
func (s Sorting[T]) InOneDirectory() Sorting[T] {
	if i := slices.IndexFunc(s.order.columns, func(c column) bool { return c.unique }); i >= 0 {
		s.order.columns, s.texts, s.order.unique = s.order.columns[:i+1], s.texts[:i+1], true
	}
	return s
}

// Sortable is a column that rows can be ordered by; the zero value is the id.
type Sortable[T any] struct {
	column column
	text   func(T) string
}

// Column returns the name of the column; it is empty for the id.
func (s Sortable[T]) Column() string { return s.column.name }

// Unique notes that no two rows of a directory agree.
func (s Sortable[T]) Unique() Sortable[T] {
	s.column.unique = true
	return s
}

// InDirectory notes that an index serves the order within a directory, and none
// does across the directories of a company.
func (s Sortable[T]) InDirectory() Sortable[T] {
	s.column.inDirectory = true
	return s
}

// TextColumn is a column of text.
func TextColumn[T any](name string, of func(T) string) Sortable[T] {
	return Sortable[T]{column{name: name}, of}
}

// TimeColumn is a column of times.
func TimeColumn[T any](name string, of func(T) time.Time) Sortable[T] {
	return Sortable[T]{
		column{name: name, parse: func(text string) (any, error) {
			at, err := time.Parse(time.RFC3339Nano, text)
			return at.UTC(), err
		}},
		func(row T) string { return of(row).UTC().Format(time.RFC3339Nano) },
	}
}

// BoolColumn is a column of booleans.
func BoolColumn[T any](name string, of func(T) bool) Sortable[T] {
	return Sortable[T]{
		column{name: name, parse: func(text string) (any, error) { return strconv.ParseBool(text) }},
		func(row T) string { return strconv.FormatBool(of(row)) },
	}
}

// IntColumn is a column of whole numbers.
func IntColumn[T any](name string, of func(T) int64) Sortable[T] {
	return Sortable[T]{
		column{name: name, parse: func(text string) (any, error) { return strconv.ParseInt(text, 10, 64) }},
		func(row T) string { return strconv.FormatInt(of(row), 10) },
	}
}

// Term is one field of what a list is to be ordered by, as inputs of GraphQL have
// it.
type Term[F comparable] interface {
	~struct {
		Field     F                    `json:"field"`
		Direction model.OrderDirection `json:"direction"`
	}
}

// SortBy returns the order that terms ask for, of the columns that there are;
// that of ids where they ask for none. The id has the direction of the last.
func SortBy[F comparable, T any, O Term[F]](columns map[F]Sortable[T], id func(T) uuid.UUID, terms []O) (Sorting[T], error) {
	type term = struct {
		Field     F
		Direction model.OrderDirection
	}
	s := Oldest(id)
	if len(terms) > MaxFields {
		return s, apierror.Errorf(apierror.Limit, "orderBy", "at most %d fields", MaxFields)
	}
	used := make(map[F]bool)
	for _, o := range terms {
		t := term(o)
		if _, ok := columns[t.Field]; !ok || used[t.Field] {
			return s, apierror.Errorf(apierror.Invalid, "orderBy", "%v cannot be ordered by, or is there twice", t.Field)
		}
		used[t.Field] = true
	}
	for _, o := range terms {
		t := term(o)
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
