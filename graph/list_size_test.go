package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/model"
)

// A page of large users holds fewer of them, and the pages together all.
func TestPagesOfLargeUsers(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		w.FitPages(8 << 10)
		title := strings.Repeat("x", 500)
		var all []uuid.UUID
		for i := range 30 {
			attributes := person(fmt.Sprint("user", i))
			attributes.Title = &title
			p, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: attributes})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, p.User.ID)
		}
		read := func(name string, next func(l *graph.List, got *list.Page[*ent.User]) bool, l graph.List) {
			t.Helper()
			var got []uuid.UUID
			for pages := 1; ; pages++ {
				page, err := w.ListUsers(w.scim, l)
				if err != nil || page.Total != 30 || len(page.Items) == 30 || pages > 30 {
					t.Fatalf("%s: page %d: %+v, %v", name, pages, page, err)
				}
				for _, u := range page.Items {
					got = append(got, u.ID)
				}
				if !next(&l, page) {
					break
				}
			}
			if !slices.Equal(got, all) {
				t.Errorf("%s: %d users of %d", name, len(got), len(all))
			}
		}
		read("by index", func(l *graph.List, got *list.Page[*ent.User]) bool {
			l.StartIndex += len(got.Items)
			return len(got.Items) > 0
		}, graph.List{DirectoryID: w.directory.ID, StartIndex: 1, Count: 1000})
		read("by cursor", func(l *graph.List, got *list.Page[*ent.User]) bool {
			if got.More {
				l.Seek = &list.Seek{Key: &got.Keys[len(got.Keys)-1]}
			}
			return got.More
		}, graph.List{DirectoryID: w.directory.ID, Seek: &list.Seek{}, Count: 1000})
	})
}
