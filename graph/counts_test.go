package graph_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// The total of a list without a filter is maintained, and the one with a filter
// that holds for all is counted; both count who is in the list.
func TestTotalsAgreeWithTheLists(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		other := newWorld(t, db, "abroad")
		hidden := directory.DisabledUsersHIDDEN
		made, err := w.CreateDirectory(w.api, model.CreateDirectoryInput{Name: "Hiding", DisabledUsers: &hidden})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 5 {
			other.mustCreateUser(t, fmt.Sprint("their", i))
			w.mustCreateGroup(t, fmt.Sprint("Crew ", i))
			for _, id := range []uuid.UUID{w.directory.ID, made.Directory.ID} {
				a := person(fmt.Sprint("user", i))
				a.Active = i%2 == 0
				if _, err := w.CreateUser(w.api, model.CreateUserInput{DirectoryID: id, UserAttributes: a}); err != nil {
					t.Fatal(err)
				}
			}
			if i == 2 { // some are folded, some pending
				if _, err := w.Feed().Sequence(viewer.WithOperator(t.Context())); err != nil {
					t.Fatal(err)
				}
			}
		}
		type list struct {
			TotalCount int
			Edges      []struct{ Cursor string }
		}
		var answer struct {
			AllUsers, AllUsersCounted, AllGroups list
			Open, Hiding                         struct{ Users, Counted, Groups list }
		}
		lists := `users { ...u } counted: users(where: {}) { ...u } groups { ...g }`
		w.query(t, w.api, fmt.Sprintf(`{
			allUsers: users { ...u } allUsersCounted: users(where: {}) { ...u } allGroups: groups { ...g }
			open: directory(id: %q) { %s } hiding: directory(id: %q) { %s }
		} fragment u on UserConnection { totalCount edges { cursor } } fragment g on GroupConnection { totalCount edges { cursor } }`,
			w.directory.ID, lists, made.Directory.ID, lists), &answer)
		for name, c := range map[string]struct {
			list
			want int
		}{
			"users of the company": {answer.AllUsers, 8}, "users of the company, counted": {answer.AllUsersCounted, 8},
			"groups of the company": {answer.AllGroups, 5},
			"users":                 {answer.Open.Users, 5}, "users, counted": {answer.Open.Counted, 5}, "groups": {answer.Open.Groups, 5},
			"users without the hidden": {answer.Hiding.Users, 3}, "users without the hidden, counted": {answer.Hiding.Counted, 3},
			"groups of none": {answer.Hiding.Groups, 0},
		} {
			if c.TotalCount != c.want || len(c.Edges) != c.want {
				t.Errorf("%s: %d in all, %d in the list, want %d", name, c.TotalCount, len(c.Edges), c.want)
			}
		}
	})
}

func TestDirectoriesCostNoStatementEach(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		const document = `{ directories { edges { node { counts { users groups } health { status } company { name } } } } }`
		var one, many struct {
			Directories struct {
				Edges []struct {
					Node struct{ Counts struct{ Users int } }
				}
			}
		}
		alone := w.query(t, w.api, document, &one)
		for i := range 10 {
			w.newDirectory(t, fmt.Sprint("more ", i))
		}
		w.mustCreateUser(t, "ada")
		together := w.query(t, w.api, document, &many)
		if together != alone || len(many.Directories.Edges) != 11 || many.Directories.Edges[0].Node.Counts.Users != 1 {
			t.Errorf("%d statements for one, %d for many: %+v", alone, together, many)
		}
	})
}

// Several mutations of one request run one after the other, and each answers
// what is so after it.
func TestEachMutationAnswersWhatIsSo(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		var answer struct {
			A, B struct {
				User struct {
					Directory struct{ Counts struct{ Users int } }
				}
			}
		}
		create := func(name string) string {
			return fmt.Sprintf("%s: createUser(input: {directoryId: %q, userName: %q}) { user { directory { counts { users } } } }", name, w.directory.ID, name)
		}
		w.query(t, w.api, "mutation { "+create("a")+" "+create("b")+" }", &answer)
		if a, b := answer.A.User.Directory.Counts.Users, answer.B.User.Directory.Counts.Users; a != 1 || b != 2 {
			t.Errorf("%d users after the first, %d after the second", a, b)
		}
	})
}
