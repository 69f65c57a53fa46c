package tables

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/generated/migrate"
	"github.com/feddir/feddir/graph/generated"
	"github.com/feddir/feddir/graph/list"
)

// A row whose column is NULL is neither before nor after any other, so a list
// ordered by such a column loses it between pages.
func TestListsAreOrderedByWhatEveryRowHas(t *testing.T) {
	t.Parallel()
	nullable := make(map[string]bool)
	for _, table := range migrate.Tables {
		for _, c := range table.Columns {
			nullable[table.Name+"."+c.Name] = c.Nullable
		}
	}
	enums := map[string]struct {
		table   string
		columns map[string]string
	}{
		"DirectoryOrderField":  {"directories", columnsOf(directoryOrders)},
		"KeyOrderField":        {"keys", columnsOf(keyOrders)},
		"UserOrderField":       {"users", columnsOf(userOrders)},
		"GroupOrderField":      {"groups", columnsOf(groupOrders)},
		"MembershipOrderField": {"memberships", columnsOf(membershipOrders)},
	}
	for name, def := range generated.NewExecutableSchema(generated.Config{}).Schema().Types {
		if !strings.HasSuffix(name, "OrderField") {
			continue
		}
		table, columns := enums[name].table, enums[name].columns
		var values []string
		for _, v := range def.EnumValues {
			values = append(values, v.Name)
		}
		if got := slices.Sorted(maps.Keys(columns)); !slices.Equal(got, slices.Sorted(slices.Values(values))) {
			t.Errorf("%s has the values %v, and columns for %v", name, values, got)
		}
		for value, column := range columns {
			if null, known := nullable[table+"."+column]; null || !known {
				t.Errorf("%s.%s stands for %s.%s, which can be NULL or is not there", name, value, table, column)
			}
		}
	}
}

// columnsOf returns the column of each value of an enum of order fields.
func columnsOf[F comparable, T any](orders map[F]list.Sortable[T]) map[string]string {
	names := make(map[string]string, len(orders))
	for field, s := range orders {
		names[fmt.Sprint(field)] = cmp.Or(s.Column(), "id")
	}
	return names
}
