package graph

import (
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/where"
)

// ownedList is a list that each user or group has: the rows of a table that
// name it in one column, in the order of another, which an index serves.
type ownedList struct {
	table string
	owner string // the column that names it
	by    string // the column of the order; empty for the id
}

var (
	membersList = ownedList{membership.Table, membership.FieldGroupID, membership.FieldMemberID}
	groupsList  = ownedList{membership.Table, membership.FieldMemberID, membership.FieldGroupID}
	reportsList = ownedList{table: user.Table, owner: user.FieldManager}
)

func (l ownedList) order() order {
	if l.by == "" {
		return order{}
	}
	return order{columns: []column{{name: l.by}}, unique: true}
}

// pageKey is a page of the list of one user or group: which list, whose, and
// which window.
type pageKey struct {
	list          ownedList
	directory, id uuid.UUID
	member        model.MemberType // of memberships; empty for all
	after, before position
	limit         int
	backward      bool
}

func (k pageKey) window() window {
	w := window{order: k.list.order(), limit: k.limit, backward: k.backward}
	if k.after != (position{}) {
		w.after = &k.after
	}
	if k.before != (position{}) {
		w.before = &k.before
	}
	return w
}

// membership returns the place of a membership, and whether it is of the list.
func (k pageKey) membership(m *ent.Membership) (position, bool) {
	ofType := k.member == "" || (k.member == model.MemberTypeUser) == (m.UserID != nil)
	if k.list == groupsList {
		return position{m.GroupID.String(), m.ID}, ofType && m.MemberID == k.id && m.DirectoryID == k.directory
	}
	return position{m.MemberID.String(), m.ID}, ofType && m.GroupID == k.id && m.DirectoryID == k.directory
}

// report returns the place of a user, and whether it is of the list.
func (k pageKey) report(u *ent.User) (position, bool) {
	return position{id: u.ID}, u.Manager != nil && *u.Manager == k.id.String() && u.DirectoryID == k.directory
}

// ownedPage reads a page together with the same page of what was read with its
// owner.
func ownedPage[T any](ctx context.Context, r *Resolver, k pageKey, args pageArgs, pages *batch[pageKey, []T], place func(pageKey, T) (position, bool)) (p page[T], err error) {
	w, err := r.window(ctx, listing{k.list.owner + " " + string(k.member), k.id}, k.list.order(), args)
	if err != nil {
		return p, err
	}
	k.limit, k.backward = w.limit, w.backward
	if w.after != nil {
		k.after = *w.after
	}
	if w.before != nil {
		k.before = *w.before
	}
	if w.after == nil && w.before == nil { // a cursor is of one owner alone
		pages.expect(r.batchesOf(ctx).siblingPages(k))
	}
	rows, _, err := pages.load(ctx, k)
	if err != nil {
		return p, err
	}
	return cut(w, rows, func(row T) position { at, _ := place(k, row); return at }), nil
}

// readMembershipPages reads several pages in one statement, each along its
// index: the ids of the pages joined by UNION ALL, and their rows.
func (r *Resolver) readMembershipPages(ctx context.Context, keys []pageKey) ([]*ent.Membership, error) {
	return r.client(ctx).Membership.Query().
		Where(membership.DirectoryIDIn(directoriesOf(keys)...), onPages(ctx, keys)).All(ctx)
}

// readReportPages is like readMembershipPages.
func (r *Resolver) readReportPages(ctx context.Context, keys []pageKey) ([]*ent.User, error) {
	return r.client(ctx).User.Query().
		Where(user.DirectoryIDIn(directoriesOf(keys)...), onPages(ctx, keys)).All(ctx)
}

func directoriesOf(keys []pageKey) (ids []uuid.UUID) {
	for _, k := range keys {
		if !slices.Contains(ids, k.directory) {
			ids = append(ids, k.directory)
		}
	}
	return ids
}

// onPages holds for the rows of the pages.
func onPages(ctx context.Context, keys []pageKey) func(*sql.Selector) {
	v, _ := viewer.FromContext(ctx)
	return func(s *sql.Selector) { s.Where(sql.In(s.C("id"), pagesOfIDs(s.Dialect(), v.CompanyID, keys))) }
}

// pagesOf sorts rows into the pages they were read for.
func pagesOf[T any](keys []pageKey, rows []T, place func(pageKey, T) (position, bool)) map[pageKey][]T {
	pages := make(map[pageKey][]T, len(keys))
	for _, k := range keys {
		w := k.window()
		var page []T
		for _, row := range rows {
			if at, ok := place(k, row); ok && w.holds(at) {
				page = append(page, row)
			}
		}
		slices.SortFunc(page, func(a, b T) int {
			p, _ := place(k, a)
			q, _ := place(k, b)
			return w.compareRows(p, q)
		})
		pages[k] = page[:min(len(page), k.limit+1)]
	}
	return pages
}

func pagesOfIDs(dialect string, companyID uuid.UUID, keys []pageKey) *sql.Selector {
	var all *sql.Selector
	for i, k := range keys {
		page := sql.Dialect(dialect).Select("id").From(k.ids(dialect, companyID).As(fmt.Sprint("page", i)))
		if all == nil {
			all = page
		} else {
			all.UnionAll(page)
		}
	}
	return all
}

// ids selects the ids of the rows of the page.
func (k pageKey) ids(dialect string, companyID uuid.UUID) *sql.Selector {
	t := sql.Dialect(dialect).Table(k.list.table)
	ids := sql.Dialect(dialect).Select(t.C("id")).From(t).Where(sql.And(
		sql.EQ(t.C("company_id"), companyID),
		sql.EQ(t.C("directory_id"), k.directory),
	))
	if k.list == reportsList {
		ids.Where(sql.EQ(t.C(k.list.owner), k.id.String()))
		visible(where.Scope{Company: companyID, Directory: k.directory})(ids)
	} else {
		ids.Where(sql.EQ(t.C(k.list.owner), k.id))
		ofType(k.member)(ids)
	}
	k.window().apply(ids)
	return ids
}

// ofType holds for the memberships of members of a type.
func ofType(t model.MemberType) predicate.Membership {
	return func(s *sql.Selector) {
		switch t {
		case model.MemberTypeUser:
			s.Where(sql.NotNull(s.C(membership.FieldUserID)))
		case model.MemberTypeGroup:
			s.Where(sql.NotNull(s.C(membership.FieldSubgroupID)))
		}
	}
}
