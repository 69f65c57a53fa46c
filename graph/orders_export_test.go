package graph

import "fmt"

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

func columnsOf[F comparable, T any](orders map[F]sortable[T]) map[string]string {
	names := make(map[string]string, len(orders))
	for field, s := range orders {
		names[fmt.Sprint(field)] = s.column.name
	}
	return names
}
