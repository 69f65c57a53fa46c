package people_test

import (
	"strings"
	"testing"

	"github.com/feddir/feddir/graph/people"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/scim/filter"
)

func parse(t *testing.T, text string) filter.Expr {
	t.Helper()
	e, err := filter.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestListUsersInParts(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		byName := filter.AttributePath{Name: "userName"}
		for _, c := range []struct {
			list  people.List
			want  string
			total int64
		}{
			{people.List{StartIndex: 1, Count: 9}, "zoe ada ben eve", 4},
			{people.List{StartIndex: 2, Count: 2}, "ada ben", 4},
			{people.List{StartIndex: 5, Count: 2}, "", 4},
			{people.List{StartIndex: 1, Count: 0}, "", 4},
			{people.List{StartIndex: 1, Count: 9, SortBy: byName}, "ada ben eve zoe", 4},
			{people.List{StartIndex: 2, Count: 2, SortBy: byName, Descending: true}, "eve ben", 4},
			{people.List{StartIndex: 1, Count: 1, Filter: parse(t, `active eq true`)}, "zoe", 3},
			{people.List{StartIndex: 1, Count: 9, Filter: parse(t, `manager eq "`+w.zoe.ID.String()+`" and userName ne "ada"`), SortBy: byName}, "ben eve", 2},
			{people.List{StartIndex: 1, Count: 9, Filter: parse(t, `userName eq "ida"`)}, "", 0},
		} {
			c.list.DirectoryID = w.staff
			p, err := w.ListUsers(w.scim, c.list)
			if err != nil {
				t.Errorf("%+v: %v", c.list, err)
				continue
			}
			var names []string
			for _, u := range p.Items {
				names = append(names, u.UserName)
			}
			if got := strings.Join(names, " "); got != c.want || p.Total != c.total {
				t.Errorf("%+v: %q of %d, want %q of %d", c.list, got, p.Total, c.want, c.total)
			}
		}
		groups, err := w.ListGroups(w.scim, people.List{DirectoryID: w.staff, StartIndex: 1, Count: 1, SortBy: filter.AttributePath{Name: "displayName"}})
		if err != nil || groups.Total != 2 || len(groups.Items) != 1 || groups.Items[0].DisplayName != "Crane" {
			t.Errorf("groups: %+v, %v", groups, err)
		}
	})
}

func TestListsThatCannotBeRead(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		for field, l := range map[string]people.List{
			"filter": {Filter: parse(t, `nonsense eq "x"`)}, "sortBy": {SortBy: filter.AttributePath{Name: "nonsense"}},
		} {
			l.DirectoryID, l.StartIndex, l.Count = w.staff, 1, 9
			if _, err := w.ListUsers(w.scim, l); !refused(err, apierror.Invalid, field) {
				t.Errorf("users by %s: %v", field, err)
			}
			if _, err := w.ListGroups(w.scim, l); !refused(err, apierror.Invalid, field) {
				t.Errorf("groups by %s: %v", field, err)
			}
		}
	})
}
