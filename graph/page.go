package graph

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/graph/model"
)

// The size of a page where none is asked for, and the largest.
const (
	DefaultPageSize = 50
	MaxPageSize     = 100
)

// pageArgs are the arguments of a connection, as Relay has them.
type pageArgs struct {
	after  *string
	first  *int
	before *string
	last   *int
}

// position is a place in an ordered list: the value of the column it is
// ordered by, empty for lists ordered by id alone, and the id.
type position struct {
	key string
	id  uuid.UUID
}

// order is what a connection is ordered by. Every column must be NOT NULL, or
// rows would be lost between pages; the id makes the order total.
type order struct {
	column string // empty for the id alone
	desc   bool
	unique bool // no two rows of the list agree in the column: the id is not needed, and an index without it serves
}

// tag tells the cursors of different orders apart.
func (o order) tag() byte {
	tag := byte(len(o.column))
	if o.desc {
		tag |= 0x80
	}
	return tag
}

func (o order) cursor(p position) string {
	raw := append([]byte{o.tag()}, p.id[:]...)
	return base64.RawURLEncoding.EncodeToString(append(raw, p.key...))
}

func (o order) parse(field string, cursor *string) (*position, error) {
	if cursor == nil {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(*cursor)
	if err != nil || len(raw) < 17 || raw[0] != o.tag() || !storableText(string(raw[17:])) {
		return nil, failf(CodeInvalid, field, "%s is not a cursor of this list", field)
	}
	return &position{string(raw[17:]), uuid.UUID(raw[1:17])}, nil
}

// window is the part of an ordered list that a page shows.
type window struct {
	order         order
	after, before *position
	limit         int
	backward      bool // counted from the end
}

func (a pageArgs) window(o order) (w window, err error) {
	w = window{order: o, limit: DefaultPageSize}
	if w.after, err = o.parse("after", a.after); err != nil {
		return w, err
	}
	if w.before, err = o.parse("before", a.before); err != nil {
		return w, err
	}
	if a.first != nil && a.last != nil {
		return w, failf(CodeInvalid, "last", "first and last do not go together")
	}
	field, size := "first", a.first
	if a.last != nil {
		field, size, w.backward = "last", a.last, true
	}
	if size != nil {
		w.limit = *size
	}
	switch {
	case w.limit < 0:
		return w, failf(CodeInvalid, field, "%s must not be negative", field)
	case w.limit > MaxPageSize:
		return w, failf(CodeLimit, field, "%s must be at most %d", field, MaxPageSize)
	}
	return w, nil
}

// apply narrows and orders a query to the window, with one row more to tell
// whether others follow.
func (w window) apply(s *sql.Selector) {
	greater := !w.order.desc
	if w.after != nil {
		w.compare(s, *w.after, greater)
	}
	if w.before != nil {
		w.compare(s, *w.before, !greater)
	}
	direction := sql.Asc
	if w.order.desc != w.backward {
		direction = sql.Desc
	}
	if w.order.column != "" {
		s.OrderBy(direction(s.C(w.order.column)))
	}
	if !w.order.unique {
		s.OrderBy(direction(s.C("id")))
	}
	s.Limit(w.limit + 1)
}

func (w window) compare(s *sql.Selector, p position, greater bool) {
	operator := " < "
	if greater {
		operator = " > "
	}
	id, column := s.C("id"), w.order.column
	if column != "" {
		column = s.C(column)
	}
	s.Where(sql.P(func(b *sql.Builder) {
		switch {
		case column == "":
			b.WriteString(id + operator).Arg(p.id)
		case w.order.unique:
			b.WriteString(column + operator).Arg(p.key)
		default:
			b.WriteString("(" + column + ", " + id + ")" + operator)
			b.Wrap(func(b *sql.Builder) { b.Arg(p.key).Comma().Arg(p.id) })
		}
	}))
}

// cut takes the row too many off and puts the rows into the order asked for.
// Key gives a row's place.
func cut[T any](w window, rows []T, key func(T) position) ([]T, *model.PageInfo) {
	more := len(rows) > w.limit
	rows = rows[:min(len(rows), w.limit)]
	info := &model.PageInfo{HasNextPage: more, HasPreviousPage: w.after != nil}
	if w.backward {
		info.HasNextPage, info.HasPreviousPage = w.before != nil, more
		slices.Reverse(rows)
	}
	if len(rows) > 0 {
		first, last := w.order.cursor(key(rows[0])), w.order.cursor(key(rows[len(rows)-1]))
		info.StartCursor, info.EndCursor = &first, &last
	}
	return rows, info
}

// compareRows compares places in the order in which the window is read.
func (w window) compareRows(a, b position) int {
	c := strings.Compare(a.key, b.key)
	if c == 0 {
		c = bytes.Compare(a.id[:], b.id[:])
	}
	if w.order.desc != w.backward {
		c = -c
	}
	return c
}

// holds reports whether the window is open at a place.
func (w window) holds(p position) bool {
	forward := window{order: w.order}
	return (w.after == nil || forward.compareRows(p, *w.after) > 0) && (w.before == nil || forward.compareRows(p, *w.before) < 0)
}
