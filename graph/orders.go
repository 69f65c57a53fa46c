package graph

import (
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/graph/model"
)

// What lists can be ordered by.
var (
	userOrders = map[model.UserOrderField]sortable[*ent.User]{
		model.UserOrderFieldCreatedAt: {},
		model.UserOrderFieldName:      textColumn(user.FieldSortName, func(u *ent.User) string { return u.SortName }),
	}
	groupOrders = map[model.GroupOrderField]sortable[*ent.Group]{
		model.GroupOrderFieldCreatedAt: {},
		model.GroupOrderFieldName:      textColumn(group.FieldDisplayNameKey, func(g *ent.Group) string { return g.DisplayNameKey }),
	}
)

func userID(u *ent.User) uuid.UUID   { return u.ID }
func groupID(g *ent.Group) uuid.UUID { return g.ID }

func userOrder(by *model.UserOrder) (sorting[*ent.User], error) {
	var terms []term[model.UserOrderField]
	if by != nil {
		terms = append(terms, term[model.UserOrderField]{by.Field, by.Direction})
	}
	return sortBy(userOrders, userID, terms)
}

func groupOrder(by *model.GroupOrder) (sorting[*ent.Group], error) {
	var terms []term[model.GroupOrderField]
	if by != nil {
		terms = append(terms, term[model.GroupOrderField]{by.Field, by.Direction})
	}
	return sortBy(groupOrders, groupID, terms)
}
