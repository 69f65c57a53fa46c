package graph

import (
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/graph/model"
)

// What lists can be ordered by.
var (
	directoryOrders = map[model.DirectoryOrderField]sortable[*ent.Directory]{
		model.DirectoryOrderFieldCreatedAt: {},
		model.DirectoryOrderFieldName:      textColumn(directory.FieldName, func(d *ent.Directory) string { return d.Name }),
		model.DirectoryOrderFieldUpdatedAt: timeColumn(directory.FieldUpdatedAt, func(d *ent.Directory) time.Time { return d.UpdatedAt }),
	}
	keyOrders = map[model.KeyOrderField]sortable[*ent.Key]{
		model.KeyOrderFieldCreatedAt: {},
		model.KeyOrderFieldName:      textColumn(key.FieldName, func(k *ent.Key) string { return k.Name }),
		model.KeyOrderFieldUpdatedAt: timeColumn(key.FieldUpdatedAt, func(k *ent.Key) time.Time { return k.UpdatedAt }),
	}
	userOrders = map[model.UserOrderField]sortable[*ent.User]{
		model.UserOrderFieldCreatedAt: {},
		model.UserOrderFieldName:      textColumn(user.FieldSortName, func(u *ent.User) string { return u.SortName }).inDirectory(),
		model.UserOrderFieldUserName:  textColumn(user.FieldUserNameKey, func(u *ent.User) string { return u.UserNameKey }).unique(),
		model.UserOrderFieldUpdatedAt: timeColumn(user.FieldUpdatedAt, func(u *ent.User) time.Time { return u.UpdatedAt }).inDirectory(),
		model.UserOrderFieldActive:    boolColumn(user.FieldActive, func(u *ent.User) bool { return u.Active }).inDirectory(),
	}
	groupOrders = map[model.GroupOrderField]sortable[*ent.Group]{
		model.GroupOrderFieldCreatedAt:   {},
		model.GroupOrderFieldName:        textColumn(group.FieldDisplayNameKey, func(g *ent.Group) string { return g.DisplayNameKey }).inDirectory().unique(),
		model.GroupOrderFieldUpdatedAt:   timeColumn(group.FieldUpdatedAt, func(g *ent.Group) time.Time { return g.UpdatedAt }).inDirectory(),
		model.GroupOrderFieldMemberCount: intColumn(group.FieldMemberCount, func(g *ent.Group) int64 { return g.MemberCount }).inDirectory(),
	}
	membershipOrders = map[model.MembershipOrderField]sortable[*ent.Membership]{
		model.MembershipOrderFieldCreatedAt: timeColumn(membership.FieldCreatedAt, func(m *ent.Membership) time.Time { return m.CreatedAt }),
	}
)

func userOrder(by []model.UserOrder) (sorting[*ent.User], error) {
	return sortBy(userOrders, userID, terms(by, func(o model.UserOrder) term[model.UserOrderField] { return term[model.UserOrderField](o) }))
}

func groupOrder(by []model.GroupOrder) (sorting[*ent.Group], error) {
	return sortBy(groupOrders, groupID, terms(by, func(o model.GroupOrder) term[model.GroupOrderField] { return term[model.GroupOrderField](o) }))
}

func directoryOrder(by []model.DirectoryOrder) (sorting[*ent.Directory], error) {
	return sortBy(directoryOrders, directoryID, terms(by, func(o model.DirectoryOrder) term[model.DirectoryOrderField] {
		return term[model.DirectoryOrderField](o)
	}))
}

func keyOrder(by []model.KeyOrder) (sorting[*ent.Key], error) {
	return sortBy(keyOrders, keyID, terms(by, func(o model.KeyOrder) term[model.KeyOrderField] { return term[model.KeyOrderField](o) }))
}

// membershipOrder is by the ids of the other side where nothing is asked for.
func membershipOrder(by []model.MembershipOrder, other string, of func(*ent.Membership) uuid.UUID) (sorting[*ent.Membership], error) {
	if len(by) == 0 {
		return memberOrder(other, of), nil
	}
	return sortBy(membershipOrders, membershipID, terms(by, func(o model.MembershipOrder) term[model.MembershipOrderField] {
		return term[model.MembershipOrderField](o)
	}))
}

func terms[O any, F comparable](by []O, of func(O) term[F]) []term[F] {
	all := make([]term[F], len(by))
	for i, o := range by {
		all[i] = of(o)
	}
	return all
}
