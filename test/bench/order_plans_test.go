package bench_test

import (
	"fmt"
	"strings"

	"github.com/feddir/feddir/graph"
)

// orderable are the lists that the values of an enum of order fields order.
var orderable = map[string][]string{
	"UserOrderField":       {`users(directoryId: $d, %s)`, `users(%s)`},
	"GroupOrderField":      {`groups(directoryId: $d, %s)`, `groups(%s)`},
	"MembershipOrderField": {`group(by: {id: $g}) { members(%s)`},
	"DirectoryOrderField":  {`directories(%s)`},
	"KeyOrderField":        {}, // which the key here may not read; they are ordered as directories are
}

// ordered asks for lists in every order that the schema has. Of directories
// there are so few here that PostgreSQL is right to sort them.
func (in *installation) ordered(database string) (all []planned) {
	for name, def := range graph.New(nil, graph.Config{}).Schema().Schema().Types {
		if !strings.HasSuffix(name, "OrderField") {
			continue
		}
		lists, named := orderable[name]
		if !named {
			panic("nothing is ordered by " + name + ": name the lists in this test")
		}
		if name == "DirectoryOrderField" && database != "sqlite" {
			continue
		}
		for _, list := range lists {
			for _, value := range def.EnumValues {
				for _, page := range []string{"first: 20, orderBy: {field: %s}", "last: 20, orderBy: {field: %s, direction: DESC}"} {
					asked := fmt.Sprintf(list, fmt.Sprintf(page, value.Name)) + " { edges { cursor } }" + strings.Repeat(" }", strings.Count(list, "{ "))
					all = append(all, planned{asked, "", in.graphql(20, "query($d: ID!, $g: ID!) { directory(id: $d) { id } group(by: {id: $g}) { id } list: "+asked+" }",
						map[string]any{"d": in.directory, "g": in.groups[0]})})
				}
			}
		}
	}
	return all
}
