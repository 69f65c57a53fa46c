package tables

import (
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/model"
)

// The columns that lists can be ordered by.
var (
	directoryOrders = map[model.DirectoryOrderField]list.Sortable[*ent.Directory]{
		model.DirectoryOrderFieldCreatedAt: {},
		model.DirectoryOrderFieldName:      list.TextColumn(directory.FieldName, func(d *ent.Directory) string { return d.Name }),
		model.DirectoryOrderFieldUpdatedAt: list.TimeColumn(directory.FieldUpdatedAt, func(d *ent.Directory) time.Time { return d.UpdatedAt }),
	}
	keyOrders = map[model.KeyOrderField]list.Sortable[*ent.Key]{
		model.KeyOrderFieldCreatedAt: {},
		model.KeyOrderFieldName:      list.TextColumn(key.FieldName, func(k *ent.Key) string { return k.Name }),
		model.KeyOrderFieldUpdatedAt: list.TimeColumn(key.FieldUpdatedAt, func(k *ent.Key) time.Time { return k.UpdatedAt }),
	}
	userOrders = map[model.UserOrderField]list.Sortable[*ent.User]{
		model.UserOrderFieldCreatedAt: {},
		model.UserOrderFieldName:      list.TextColumn(user.FieldSortName, func(u *ent.User) string { return u.SortName }).InDirectory(),
		model.UserOrderFieldUserName:  list.TextColumn(user.FieldUserNameKey, func(u *ent.User) string { return u.UserNameKey }).Unique(),
		model.UserOrderFieldUpdatedAt: list.TimeColumn(user.FieldUpdatedAt, func(u *ent.User) time.Time { return u.UpdatedAt }).InDirectory(),
		model.UserOrderFieldActive:    list.BoolColumn(user.FieldActive, func(u *ent.User) bool { return u.Active }).InDirectory(),
	}
	groupOrders = map[model.GroupOrderField]list.Sortable[*ent.Group]{
		model.GroupOrderFieldCreatedAt:   {},
		model.GroupOrderFieldName:        list.TextColumn(group.FieldDisplayNameKey, func(g *ent.Group) string { return g.DisplayNameKey }).InDirectory().Unique(),
		model.GroupOrderFieldUpdatedAt:   list.TimeColumn(group.FieldUpdatedAt, func(g *ent.Group) time.Time { return g.UpdatedAt }).InDirectory(),
		model.GroupOrderFieldMemberCount: list.IntColumn(group.FieldMemberCount, func(g *ent.Group) int64 { return g.MemberCount }).InDirectory(),
	}
	membershipOrders = map[model.MembershipOrderField]list.Sortable[*ent.Membership]{
		model.MembershipOrderFieldCreatedAt: list.TimeColumn(membership.FieldCreatedAt, func(m *ent.Membership) time.Time { return m.CreatedAt }),
	}
)

// UserOrder returns the order of users that is asked for.
func UserOrder(by []model.UserOrder) (list.Sorting[*ent.User], error) {
	return list.SortBy(userOrders, userID, by)
}

// GroupOrder returns the order of groups that is asked for.
func GroupOrder(by []model.GroupOrder) (list.Sorting[*ent.Group], error) {
	return list.SortBy(groupOrders, groupID, by)
}

// DirectoryOrder returns the order of directories that is asked for.
func DirectoryOrder(by []model.DirectoryOrder) (list.Sorting[*ent.Directory], error) {
	return list.SortBy(directoryOrders, directoryID, by)
}

// KeyOrder returns the order of keys that is asked for.
func KeyOrder(by []model.KeyOrder) (list.Sorting[*ent.Key], error) {
	return list.SortBy(keyOrders, keyID, by)
}

// MembershipOrder returns the order of memberships that is asked for: that of
// the ids of the other side, which no two of one side have in common, where none
// is. The other side is told by its column and its ids.
func MembershipOrder(by []model.MembershipOrder, other string, of func(*ent.Membership) uuid.UUID) (list.Sorting[*ent.Membership], error) {
	if len(by) == 0 {
		return list.ByUnique(list.TextColumn(other, func(m *ent.Membership) string { return of(m).String() }), membershipID), nil
	}
	return list.SortBy(membershipOrders, membershipID, by)
}
