package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/model"
)

// Things come in the order asked, and nothing where there is none for the
// viewer; each type is read at once.
func TestNodesByTheirIDs(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "abroad")
		foreign := other.mustCreateUser(t, "theirs").ID
		ada, ben := w.mustCreateUser(t, "ada").ID, w.mustCreateUser(t, "ben").ID
		crew := w.mustCreateGroup(t, "Crew", ada).ID
		nodes := func(ids ...uuid.UUID) (names []string, statements int) {
			t.Helper()
			var answer struct {
				Nodes []*struct {
					Typename string `json:"__typename"`
					ID       uuid.UUID
				}
			}
			quoted := make([]string, len(ids))
			for i, id := range ids {
				quoted[i] = fmt.Sprintf("%q", id)
			}
			n := w.query(t, w.api, "{ nodes(ids: ["+strings.Join(quoted, ", ")+"]) { __typename id } }", &answer)
			for i, node := range answer.Nodes {
				switch {
				case node == nil:
					names = append(names, "")
				case node.ID != ids[i]:
					t.Errorf("%s came for %s", node.ID, ids[i])
				default:
					names = append(names, node.Typename)
				}
			}
			return names, n
		}
		got, one := nodes(ada, crew)
		if strings.Join(got, " ") != "User Group" {
			t.Errorf("%q", got)
		}
		got, many := nodes(ben, w.company.ID, foreign, crew, schematype.NewID(schematype.TypeUser), ada, w.directory.ID, ben)
		if strings.Join(got, ",") != "User,Company,,Group,,User,Directory,User" {
			t.Errorf("%q", got)
		}
		if many != one+2 {
			t.Errorf("%d statements for two types, %d for four", one, many)
		}
	})
}

func TestDirectReports(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		hidden := directory.DisabledUsersHIDDEN
		made, err := w.CreateDirectory(w.api, model.CreateDirectoryInput{Name: "Hiding", DisabledUsers: &hidden})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range []uuid.UUID{w.directory.ID, made.Directory.ID} {
			var bosses []uuid.UUID
			for i := range 3 { // each reports to the one before
				for j := range 4 {
					a := person(fmt.Sprintf("user%d%d", i, j))
					a.Active = j > 0
					if i > 0 {
						manager := bosses[i-1].String()
						a.Manager = &manager
					}
					p, err := w.CreateUser(w.api, model.CreateUserInput{DirectoryID: d, UserAttributes: a})
					if err != nil {
						t.Fatal(err)
					}
					if j == 1 {
						bosses = append(bosses, p.User.ID)
					}
				}
			}
		}
		type reports struct {
			TotalCount int
			PageInfo   struct{ HasNextPage bool }
			Edges      []struct {
				Node struct {
					UserName      string
					DirectReports struct {
						Edges []struct{ Node struct{ UserName string } }
					}
				}
			}
		}
		var answer struct {
			Open, Hiding struct{ DirectReports reports }
		}
		list := "directReports(first: 3) { totalCount pageInfo { hasNextPage } edges { node { userName directReports { edges { node { userName } } } } } }"
		w.query(t, w.api, fmt.Sprintf(`{
			open: user(by: {userName: {directoryId: %q, userName: "user01"}}) { %s }
			hiding: user(by: {userName: {directoryId: %q, userName: "user01"}}) { %s } }`, w.directory.ID, list, made.Directory.ID, list), &answer)
		for name, c := range map[string]struct {
			reports
			names       string
			total, next int
			more        bool
		}{
			"with the disabled":    {answer.Open.DirectReports, "user10 user11 user12", 4, 4, true},
			"without the disabled": {answer.Hiding.DirectReports, "user11 user12 user13", 3, 3, false},
		} {
			var names []string
			next := 0
			for _, e := range c.Edges {
				names = append(names, e.Node.UserName)
				next += len(e.Node.DirectReports.Edges)
			}
			if strings.Join(names, " ") != c.names || c.TotalCount != c.total || next != c.next || c.PageInfo.HasNextPage != c.more {
				t.Errorf("%s: %v, %d in all, %d below them, more: %t", name, names, c.TotalCount, next, c.PageInfo.HasNextPage)
			}
		}
	})
}

// Direct reports of a page of users are read at once.
func TestDirectReportsCostNoStatementEach(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		for i := range 12 {
			a := person(fmt.Sprint("user", i))
			manager := w.mustCreateUser(t, fmt.Sprint("boss", i)).ID.String()
			a.Manager = &manager
			if _, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: a}); err != nil {
				t.Fatal(err)
			}
		}
		cost := func(n int) int {
			return w.query(t, w.api, fmt.Sprintf("{ users(first: %d) { edges { node { directReports(first: 2) { edges { node { userName } } } } } } }", n), &struct{}{})
		}
		if one, many := cost(1), cost(20); one != many {
			t.Errorf("%d statements for one, %d for many", one, many)
		}
	})
}

func TestMembersOfOneType(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		sub := w.mustCreateGroup(t, "Sub")
		g := w.mustCreateGroup(t, "Crew", w.mustCreateUser(t, "ada").ID, sub.ID, w.mustCreateUser(t, "ben").ID)
		users, groups := model.MemberTypeUser, model.MemberTypeGroup
		for _, c := range []struct {
			in   *model.MembershipWhereInput
			want int64
		}{
			{nil, 3}, {&model.MembershipWhereInput{}, 3}, {&model.MembershipWhereInput{MemberType: &users}, 2}, {&model.MembershipWhereInput{MemberType: &groups}, 1},
		} {
			g, err := w.FindGroup(w.api, g.ID)
			if err != nil {
				t.Fatal(err)
			}
			page, err := w.Group().Members(w.api, g, nil, nil, nil, nil, nil, c.in)
			if err != nil {
				t.Fatal(err)
			}
			total, err := page.TotalCount(w.api)
			if err != nil || int64(len(page.Edges)) != c.want || total != c.want {
				t.Errorf("%+v: %d of %d, %v", c.in, len(page.Edges), total, err)
			}
			for _, e := range page.Edges {
				if c.want == 2 && e.Node.UserID == nil || c.want == 1 && e.Node.SubgroupID == nil {
					t.Errorf("%+v: a member of the other type", c.in)
				}
			}
		}
	})
}
