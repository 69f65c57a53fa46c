package graph_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// A change to members can be held to the version of the group that was seen.
func TestMembersTakeAVersion(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		ada, ben := w.mustCreateUser(t, "ada").ID, w.mustCreateUser(t, "ben").ID
		g := w.mustCreateGroup(t, "Crew", ada)
		changes := map[string]func(version int) error{
			"adding": func(version int) error {
				_, err := w.AddGroupMembers(w.scim, model.AddGroupMembersInput{GroupID: g.ID, Version: &version, MemberIds: []uuid.UUID{ben}})
				return err
			},
			"removing": func(version int) error {
				_, err := w.RemoveGroupMembers(w.scim, model.RemoveGroupMembersInput{GroupID: g.ID, Version: &version, MemberIds: []uuid.UUID{ben}})
				return err
			},
			"replacing": func(version int) error {
				_, err := w.ReplaceGroupMembers(w.api, model.ReplaceGroupMembersInput{GroupID: g.ID, Version: &version, MemberIds: []uuid.UUID{ben}})
				return err
			},
		}
		for _, name := range []string{"adding", "removing", "replacing"} {
			now, err := w.FindGroup(w.api, g.ID)
			if err != nil {
				t.Fatal(err)
			}
			wantCode(t, name+" at another version", changes[name](int(now.Version)+1), apierror.StaleVersion)
			if after, err := w.FindGroup(w.api, g.ID); err != nil || after.Version != now.Version || after.MemberCount != now.MemberCount {
				t.Errorf("%s changed something: %+v, %v", name, after, err)
			}
			if err := changes[name](int(now.Version)); err != nil {
				t.Errorf("%s at this version: %v", name, err)
			}
		}
	})
}

// Members come in the order in which they came, where that is asked for.
func TestMembersByWhenTheyCame(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		ada, ben := w.mustCreateUser(t, "ada").ID, w.mustCreateUser(t, "ben").ID
		g := w.mustCreateGroup(t, "Crew", ben)
		if _, err := w.AddGroupMembers(w.scim, model.AddGroupMembersInput{GroupID: g.ID, MemberIds: []uuid.UUID{ada}}); err != nil {
			t.Fatal(err)
		}
		for direction, want := range map[model.OrderDirection][]uuid.UUID{"": {ada, ben}, model.OrderDirectionAsc: {ben, ada}, model.OrderDirectionDesc: {ada, ben}} {
			var by []model.MembershipOrder
			if direction != "" {
				by = []model.MembershipOrder{{Field: model.MembershipOrderFieldCreatedAt, Direction: direction}}
			}
			c, err := w.Group().Members(w.api, g, nil, nil, nil, nil, by, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []uuid.UUID
			for _, e := range c.Edges {
				got = append(got, e.Node.MemberID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", direction, got, want)
			}
		}
	})
}
