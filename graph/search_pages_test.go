package graph_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// Whatever the size of the pages: each comes once, in one order.
func TestSearchPageByPage(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		for i := range 30 {
			w.settle(t, someone("Anna", fmt.Sprintf("Sailor%02d", 29-i), "Mate", "", ""))
			w.settle(t, someone("Hanna", fmt.Sprintf("Sailor%02d", i), "", "", ""))
		}
		all := w.found(t, "anna")
		if len(all) != 60 || !slices.IsSorted(all[:30]) || !slices.IsSorted(all[30:]) || all[0] != "Anna Sailor00" || all[30] != "Hanna Sailor00" {
			t.Fatal(all)
		}
		for _, size := range []int{1, 7, 30, 59} {
			var paged []string
			var after *string
			for {
				c := w.search(t, "anna", after, size)
				paged = append(paged, displayNames(c)...)
				if len(paged) == 7 { // others who come meanwhile move nobody
					w.settle(t, someone("Annabel", fmt.Sprint("Late", size), "", "", ""))
				}
				if after = c.PageInfo.EndCursor; !c.PageInfo.HasNextPage {
					break
				}
			}
			paged = slices.DeleteFunc(paged, func(name string) bool { return strings.HasPrefix(name, "Annabel") })
			if !slices.Equal(paged, all) {
				t.Errorf("by %d: %v", size, paged)
			}
		}
		cursor, err := base64.RawURLEncoding.DecodeString(*w.search(t, "anna", nil, 1).PageInfo.EndCursor)
		if err != nil || bytes.Contains(cursor, []byte("anna")) {
			t.Errorf("a cursor tells where a search is: %q, %v", cursor, err)
		}
		other := "hanna"
		first := w.search(t, "anna", nil, 1)
		_, err = w.Directory().Users(w.api, w.directory, first.PageInfo.EndCursor, nil, nil, nil, nil, &other, nil)
		wantCode(t, "the cursor of another query", err, apierror.Invalid)
	})
}

// More people than a search looks at in one go: all come, each once, however
// many are passed over, and a page that would take too long is short.
func TestSearchAmongMany(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: searches among many people")
	}
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		const many = 2600
		err := w.InTx(w.scim, func(ctx context.Context) error {
			for i := range many {
				title := "Mate"
				if i%1300 == 1299 {
					title = "Captain"
				}
				in := model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: someone("Anna", fmt.Sprintf("Sailor%04d", i), title, "Deckhands", "")}
				if _, err := w.CreateUser(ctx, in); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[string]int)
		var after *string
		pages := 0
		for more := true; more; pages++ {
			c := w.search(t, "anna", after, 100)
			for _, name := range displayNames(c) {
				seen[name]++
			}
			after, more = c.PageInfo.EndCursor, c.PageInfo.HasNextPage
		}
		if len(seen) != many || pages > many/100+2 { // the last ones pass over who was shown already
			t.Errorf("%d people on %d pages", len(seen), pages)
		}
		for name, n := range seen {
			if n != 1 {
				t.Errorf("%s came %d times", name, n)
			}
		}
		// The word that few have leads.
		if c := w.search(t, "anna captain", nil, 100); len(c.Edges) != 2 || c.PageInfo.HasNextPage {
			t.Errorf("captains: %v", displayNames(c))
		}
		// Of a filter that few pass, the pages are short, and yet all come.
		found, query := []string{}, "deckhands anna"
		captain := "captain"
		after = nil
		for pages := 1; ; pages++ {
			c, err := w.Directory().Users(w.api, w.directory, after, nil, nil, nil, nil, &query, &model.UserWhereInput{Title: &captain})
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, displayNames(c)...)
			if after = c.PageInfo.EndCursor; !c.PageInfo.HasNextPage {
				break
			}
			if pages > many/500 {
				t.Fatal("it does not end")
			}
		}
		if !slices.Equal(found, []string{"Anna Sailor1299", "Anna Sailor2599"}) {
			t.Errorf("filtered: %v", found)
		}
		if n, err := w.search(t, "anna", nil, 1).TotalCount(w.api); n != 1000 || err != nil {
			t.Errorf("counted: %d, %v", n, err)
		}
	})
}
