package people

import (
	"context"
	"strings"
	"unicode/utf8"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/tables"
)

const (
	maxJoined  = 10_000  // members of a group that are counted whatever the size of their directory
	maxWalked  = 150_000 // people of a directory of which the members of any group are counted
	maxLetters = 100
)

// Letters tells with which letters the names of a group's members begin. Where it
// would take too long to count them it looks for the letters one by one.
func (r *Reader) Letters(ctx context.Context, g *ent.Group) (*model.MemberLetters, error) {
	d, err := r.Tx.FindDirectory(ctx, g.DirectoryID)
	if err != nil {
		return nil, err
	}
	all := &model.MemberLetters{Group: g, Counted: g.MemberCount <= maxJoined, Letters: []model.MemberLetter{}}
	if !all.Counted {
		counts, err := r.Feed.Counts(ctx, []uuid.UUID{d.ID})
		if err != nil {
			return nil, err
		}
		all.Counted = counts[d.ID].Users <= maxWalked
	}
	read := r.countedLetters
	if !all.Counted {
		read = r.foundLetters
	}
	rows, err := read(ctx, g, d)
	if err != nil {
		return nil, err
	}
	order, err := tables.UserOrder([]model.UserOrder{{Field: model.UserOrderFieldName, Direction: model.OrderDirectionAsc}})
	if err != nil {
		return nil, err
	}
	cursors, before := list.Scope{Sealer: r.Sealer, Name: "users", Owner: g.DirectoryID}.Cursors(ctx, order.InOneDirectory()), 0
	for _, row := range rows[:min(len(rows), maxLetters)] {
		l := model.MemberLetter{Letter: strings.ToUpper(row.Letter), Cursor: cursors.Seal(list.SeekKey{Values: row.Letter})}
		if all.Counted {
			l.Count, l.Before = new(row.N), new(before)
			before += row.N
		}
		all.Letters = append(all.Letters, l)
	}
	return all, nil
}

// members narrows users to those who are shown of a group's members. The users
// are led by their index, each of whom is looked for among the members.
func members(g *ent.Group, d *ent.Directory) list.Predicate {
	return func(s *sql.Selector) {
		list.OwnedBy(load.Owner{Company: g.CompanyID, Directory: g.DirectoryID})(s)
		m := sql.Dialect(s.Dialect()).Table(membership.Table)
		s.Where(sql.Exists(sql.Dialect(s.Dialect()).Select(m.C(membership.FieldID)).From(m).Where(sql.And(
			sql.EQ(m.C(membership.FieldCompanyID), g.CompanyID), sql.EQ(m.C(membership.FieldDirectoryID), g.DirectoryID), sql.EQ(m.C(membership.FieldGroupID), g.ID),
			sql.ColumnsEQ(m.C(membership.FieldMemberID), s.C(user.FieldID)),
		))))
		if d.DisabledUsers == directory.DisabledUsersHIDDEN {
			s.Where(sql.EQ(s.C(user.FieldActive), true))
		}
	}
}

// letterCount is how many names begin with a letter.
type letterCount struct {
	Letter string `json:"letter"`
	N      int    `json:"n"`
}

// selectLetters counts users by the first letters of their names.
func selectLetters(s *sql.Selector, sortName string) {
	letter := "SUBSTR(" + sortName + ", 1, 1)"
	s.Select(sql.As(letter, "letter"), sql.As(sql.Count("*"), "n")).GroupBy(letter).OrderBy(letter)
}

// countedLetters counts the members of a group by the first letters of their
// names, from the members of a small group, and from the names of a directory
// that is not large.
func (r *Reader) countedLetters(ctx context.Context, g *ent.Group, d *ent.Directory) (rows []letterCount, err error) {
	if g.MemberCount > maxJoined {
		return rows, r.Tx.Client(ctx).User.Query().Where(members(g, d)).
			Modify(func(s *sql.Selector) { selectLetters(s, s.C(user.FieldSortName)) }).Scan(ctx, &rows)
	}
	return rows, r.Tx.Client(ctx).Membership.Query().Where(membership.CompanyID(g.CompanyID), membership.DirectoryID(g.DirectoryID), membership.GroupID(g.ID)).Modify(func(s *sql.Selector) {
		u := sql.Dialect(s.Dialect()).Table(user.Table)
		s.Join(u).OnP(sql.And(
			sql.ColumnsEQ(s.C(membership.FieldCompanyID), u.C(user.FieldCompanyID)),
			sql.ColumnsEQ(s.C(membership.FieldDirectoryID), u.C(user.FieldDirectoryID)), sql.ColumnsEQ(s.C(membership.FieldUserID), u.C(user.FieldID)),
		))
		if d.DisabledUsers == directory.DisabledUsersHIDDEN {
			s.Where(sql.EQ(u.C(user.FieldActive), true))
		}
		selectLetters(s, u.C(user.FieldSortName))
	}).Scan(ctx, &rows)
}

// foundLetters looks for the first member of each letter.
func (r *Reader) foundLetters(ctx context.Context, g *ent.Group, d *ent.Directory) (rows []letterCount, err error) {
	for from := ""; len(rows) < maxLetters; {
		names, err := r.Tx.Client(ctx).User.Query().Where(members(g, d), user.SortNameGTE(from)).
			Order(user.BySortName(), user.ByID()).Limit(1).Select(user.FieldSortName).Strings(ctx)
		if len(names) == 0 || err != nil {
			return rows, err
		}
		letter, size := utf8.DecodeRuneInString(names[0])
		rows = append(rows, letterCount{Letter: names[0][:size]})
		from = string(letter + 1)
	}
	return rows, nil
}
