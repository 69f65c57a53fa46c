package people_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/search"
	"github.com/feddir/feddir/internal/apierror"
)

// namesOf are the names on a page, sorted.
func namesOf(c *model.UserConnection) string {
	var names []string
	for _, e := range c.Edges {
		names = append(names, e.Node.UserName)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// Who is disabled is shown where the directory shows them; totals agree with that.
func TestUsersOfDirectoriesAndOfTheCompany(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		none := uuid.New()
		ada := model.UserWhereInput{UserName: new("ADA")}
		for _, c := range []struct {
			directory *uuid.UUID
			where     *model.UserWhereInput
			want      string
			total     int64
		}{
			{&w.staff, nil, "ada ben eve zoe", 4}, {&w.visitors, nil, "ida", 1}, {nil, nil, "ada ben eve ida zoe", 5}, {&none, nil, "", 0},
			{&w.staff, &ada, "ada", 1}, {&w.visitors, &ada, "", 0}, {nil, &ada, "ada", 1},
			{nil, &model.UserWhereInput{Active: new(false)}, "eve", 1},
		} {
			page, err := w.Users(w.api, c.directory, list.Args{}, nil, nil, c.where)
			if err != nil {
				t.Fatal(err)
			}
			total, err := page.TotalCount(w.api)
			if err != nil || namesOf(page) != c.want || total != c.total {
				t.Errorf("%v %+v: %q of %d, %v; want %q of %d", c.directory, c.where, namesOf(page), total, err, c.want, c.total)
			}
		}
		if u, err := w.User(w.api, w.staff, ada); err != nil || u == nil || u.UserName != "ada" {
			t.Errorf("ada: %v, %v", u, err)
		}
		if u, err := w.User(w.api, w.visitors, ada); err != nil || u != nil {
			t.Errorf("no ada: %v, %v", u, err)
		}
	})
}

func TestReports(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		page, err := w.Reports(w.api, w.zoe, list.Args{First: new(2)})
		if err != nil || namesOf(page) != "ada ben" || !page.PageInfo.HasNextPage {
			t.Fatalf("%q, %v", namesOf(page), err)
		}
		if n, err := page.TotalCount(w.api); n != 3 || err != nil {
			t.Errorf("%d in all, %v", n, err)
		}
		if page, err = w.Reports(w.api, w.zoe, list.Args{First: new(2), After: page.PageInfo.EndCursor}); err != nil || namesOf(page) != "eve" || page.PageInfo.HasNextPage {
			t.Errorf("%q, %v", namesOf(page), err)
		}
	})
}

// A query finds groups by the beginning of their name, in its order.
func TestGroupsByName(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		for text, want := range map[string]string{" CR ": "Crane Crew", "cre": "Crew", "rew": "", "  ": "Crew Crane"} {
			page, err := w.Groups(w.api, &w.staff, list.Args{}, &text, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, e := range page.Edges {
				names = append(names, e.Node.DisplayName)
			}
			if got := strings.Join(names, " "); got != want {
				t.Errorf("%q: %q, want %q", text, got, want)
			}
		}
		if g, err := w.Group(w.api, w.staff, model.GroupWhereInput{DisplayName: new("crane")}); err != nil || g == nil || g.DisplayName != "Crane" {
			t.Errorf("%v, %v", g, err)
		}
		if g, err := w.Group(w.api, w.visitors, model.GroupWhereInput{DisplayName: new("crane")}); err != nil || g != nil {
			t.Errorf("%v, %v", g, err)
		}
	})
}

func TestQueriesThatAreRefused(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		users := func(text string, args list.Args, by ...model.UserOrder) error {
			_, err := w.Users(w.api, &w.staff, args, &text, by, nil)
			return err
		}
		groups := func(text string, by ...model.GroupOrder) error {
			_, err := w.Groups(w.api, &w.staff, list.Args{}, &text, by, nil)
			return err
		}
		long := strings.Repeat("x", search.MaxQuery+1)
		for _, c := range []struct {
			name  string
			err   error
			code  apierror.Code
			field string
		}{
			{"users in an order", users("a", list.Args{}, model.UserOrder{}), apierror.Invalid, "orderBy"},
			{"users backwards", users("a", list.Args{Last: new(2)}), apierror.Invalid, "query"},
			{"users by a long text", users(long, list.Args{}), apierror.Limit, "query"},
			{"groups in an order", groups("a", model.GroupOrder{}), apierror.Invalid, "orderBy"},
			{"groups by a long text", groups(long), apierror.Limit, "query"},
			{"groups by what cannot be stored", groups("a\x00"), apierror.Invalid, "query"},
		} {
			if !refused(c.err, c.code, c.field) {
				t.Errorf("%s: %v", c.name, c.err)
			}
		}
	})
}
