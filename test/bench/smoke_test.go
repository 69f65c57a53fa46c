package bench_test

import (
	"bytes"
	"encoding/json"
	"testing"
)

// Every scenario is run once, so that what the benchmarks measure is right.
func TestScenarios(t *testing.T) {
	t.Parallel()
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			in := install(t, database, 250, []int{10}, nil)
			c, err := dial(in.address)
			check(t, err)
			defer c.conn.Close()
			member, last, cold, patch := in.member(in.groups[0], in.users[249], false), in.lastPages(), in.coldPages(), in.patchActive()
			for _, s := range []struct {
				name string
				next scenario
				says string // in the answer
			}{
				{"read one", in.getUser, `"userName":"ada.lovelace.`},
				{"find by user name", in.userByName, `"totalResults":1`},
				{"first page", in.firstPage, `"totalResults":250`},
				{"last pages", last, `"itemsPerPage":100`},
				{"cold pages", cold, `"itemsPerPage":100`},
				{"graphql user", in.graphqlUser, `"userName":"ada.lovelace.`},
				{"graphql page", in.graphqlFirstPage, `"hasNextPage":true`},
				{"create", in.createUser, `"userName":"new.`},
				{"patch", patch, `"active":false`},
				{"add a member", member, ""},
				{"remove a member", member, ""},
			} {
				body, err := c.do(s.next())
				if err != nil || !bytes.Contains(body, []byte(s.says)) {
					t.Errorf("%s: %v: %.300s", s.name, err, body)
				}
			}
			var count struct {
				Data struct {
					Group struct{ Members struct{ TotalCount int } }
				}
			}
			body, err := c.do(in.graphql(20, `query($id: ID!) { group(by: {id: $id}) { members { totalCount } } }`, map[string]any{"id": in.groups[0]}))
			check(t, err)
			check(t, json.Unmarshal(body, &count))
			if n := count.Data.Group.Members.TotalCount; n != 10 {
				t.Errorf("%d members after one came and went", n)
			}
		})
	}
}
