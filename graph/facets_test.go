package graph_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/graph/model"
)

func TestPeopleAreCountedByTheirAttributes(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "quay")
		second := w.newDirectory(t, "Second")
		add := func(w *world, in *model.CreateUserInput) {
			t.Helper()
			if _, err := w.CreateUser(w.api, *in); err != nil {
				t.Fatal(err)
			}
		}
		text := func(s string) *string { return &s }
		for i := range 60 {
			a := person(fmt.Sprint("user", i))
			a.Department = text([]string{"Sales", "Finance", "SALES"}[i%3])
			a.Title = text(fmt.Sprint("Title ", min(i, 40)))
			a.Active = i%10 > 0
			in := model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: a}
			if i < 5 {
				in.DirectoryID, in.Department = second.ID, nil
			}
			add(w, &in)
		}
		foreign := person("foreign")
		foreign.Department = text("Foreign")
		add(other, &model.CreateUserInput{DirectoryID: other.directory.ID, UserAttributes: foreign})
		counts := func(f *model.Facet) (all []string) {
			for _, v := range f.Values {
				all = append(all, fmt.Sprint(v.Value, " ", v.Count))
			}
			return append(all, fmt.Sprint("others ", f.Others), fmt.Sprint("without ", f.Without))
		}
		ask := func(query *string, where *model.UserWhereInput) *model.UserFacets {
			t.Helper()
			f, err := w.Query().UserFacets(w.api, nil, query, where)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		f := ask(nil, nil)
		if got, want := counts(f.Departments), []string{"SALES 37", "Finance 18", "others 0", "without 5"}; !slices.Equal(got, want) {
			t.Errorf("departments %q, want %q", got, want)
		}
		if len(f.Titles.Values) != 20 || f.Titles.Values[0] != (model.FacetValue{Value: "Title 40", Count: 20}) || f.Titles.Others != 60-20-19 {
			t.Errorf("titles %q", counts(f.Titles))
		}
		if !f.Complete || f.Counted != 60 || f.Active != 54 || len(f.Directories) != 2 ||
			f.Directories[0].Directory.ID != w.directory.ID || f.Directories[0].Count != 55 || f.Directories[1].Count != 5 {
			t.Errorf("%+v", f)
		}
		if got := ask(nil, &model.UserWhereInput{Department: text("finance")}); got.Counted != 18 {
			t.Errorf("%d people are of a department", got.Counted)
		}
		if got := ask(text("user4"), nil); got.Counted != 11 || got.Departments.Without != 1 { // and 40 to 49
			t.Errorf("a search counts %d, %q", got.Counted, counts(got.Departments))
		}
		hidden := directory.DisabledUsersHIDDEN
		if _, err := w.UpdateDirectory(w.api, model.UpdateDirectoryInput{ID: w.directory.ID, DisabledUsers: graphql.OmittableOf(&hidden)}); err != nil {
			t.Fatal(err)
		}
		if got := ask(nil, nil); got.Counted != 55 {
			t.Errorf("%d are counted where the disabled are hidden", got.Counted)
		}
	})
}
