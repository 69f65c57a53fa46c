package graph

import (
	"fmt"

	"github.com/feddir/feddir/graph/list"
)

// OrderColumns are the columns that the values of each enum of order fields
// stand for; that of the id is empty.
func OrderColumns() map[string]map[string]string {
	return map[string]map[string]string{
		"directories": columnsOf(directoryOrders),
		"keys":        columnsOf(keyOrders),
		"users":       columnsOf(userOrders),
		"groups":      columnsOf(groupOrders),
		"memberships": columnsOf(membershipOrders),
	}
}

func columnsOf[F comparable, T any](orders map[F]list.Sortable[T]) map[string]string {
	names := make(map[string]string, len(orders))
	for field, s := range orders {
		names[fmt.Sprint(field)] = s.Column()
	}
	return names
}
