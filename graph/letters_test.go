package graph_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/directorycount"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// The letters lead to where they begin in the list by name, whether members are
// counted or not.
func TestLettersOfMembers(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "quay")
		var members []uuid.UUID
		names := []string{"zoe", "Ada", "abel", "Ben", "Émile", "7 of 9", "Zed"}
		for i, name := range names {
			a := person(fmt.Sprint("user", i))
			a.DisplayName = &name
			made, err := w.CreateUser(w.api, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: a})
			if err != nil {
				t.Fatal(err)
			}
			members = append(members, made.User.ID)
		}
		w.mustCreateUser(t, "nobody")
		g := w.mustCreateGroup(t, "Crew", members...)
		byName := []model.UserOrder{{Field: model.UserOrderFieldName, Direction: model.OrderDirectionAsc}}
		follow := func(l model.MemberLetter) string {
			t.Helper()
			page, err := w.Query().Users(w.api, &w.directory.ID, &l.Cursor, new(1), nil, nil, byName, nil, &model.UserWhereInput{MemberOf: &g.ID})
			if err != nil || len(page.Edges) == 0 {
				t.Fatalf("after %q: %v", l.Letter, err)
			}
			return *page.Edges[0].Node.DisplayName
		}
		check := func(counted bool, want []string) {
			t.Helper()
			letters, err := w.Query().MemberLetters(w.api, g.ID)
			if err != nil || letters.Counted != counted {
				t.Fatalf("%+v, %v", letters, err)
			}
			var got []string
			for _, l := range letters.Letters {
				text := l.Letter + " " + follow(l)
				if l.Count != nil {
					text += fmt.Sprint(" ", *l.Count, " ", *l.Before)
				}
				got = append(got, text)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
		}
		check(true, []string{"7 7 of 9 1 0", "A abel 2 1", "B Ben 1 3", "Z Zed 2 4", "É Émile 1 6"})
		set := func(members, users int64) {
			t.Helper()
			inTx(t, db, func(ctx context.Context) (any, error) {
				client := db.Client(ctx)
				if err := client.Group.Update().Where(group.ID(g.ID)).SetMemberCount(members).Exec(ctx); err != nil {
					return nil, err
				}
				if n, err := client.DirectoryCount.Update().Where(directorycount.DirectoryID(w.directory.ID)).SetUserCount(users).Save(ctx); n > 0 || err != nil {
					return nil, err
				}
				return nil, client.DirectoryCount.Create().SetCompanyID(w.company.ID).SetDirectoryID(w.directory.ID).SetUserCount(users).Exec(ctx)
			})
		}
		set(10_001, 100_000)
		check(true, []string{"7 7 of 9 1 0", "A abel 2 1", "B Ben 1 3", "Z Zed 2 4", "É Émile 1 6"})
		set(1_000_000, 1_000_000)
		check(false, []string{"7 7 of 9", "A abel", "B Ben", "Z Zed", "É Émile"})
		if _, err := w.Query().MemberLetters(other.api, g.ID); dberror.CodeOf(err) != apierror.NotFound {
			t.Errorf("another company: %v", err)
		}
	})
}
