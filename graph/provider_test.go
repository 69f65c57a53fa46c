package graph_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

func text(s string) *string { return &s }

// provided asks what the provider has written of a user.
func (w *world) provided(t *testing.T, id uuid.UUID) []string {
	t.Helper()
	u, err := w.Query().User(w.api, model.UserBy{ID: &id})
	if err != nil {
		t.Fatal(err)
	}
	names, err := w.User().ProvidedAttributes(w.api, u)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func (w *world) patchUser(ctx context.Context, id uuid.UUID, p model.UserPatch) error {
	_, err := w.UpdateUser(ctx, model.UpdateUserInput{ID: id, Patch: &p})
	return err
}

// wantManaged wants a refusal because of a field; an empty one is none.
func wantManaged(t *testing.T, what string, err error, field string) {
	t.Helper()
	described := dberror.Describe(err)
	switch {
	case field == "" && err != nil:
		t.Errorf("%s: %v", what, err)
	case field != "" && (err == nil || described.Code != apierror.ExternallyManaged || described.Field != field):
		t.Errorf("%s: %v, want that %s is managed elsewhere", what, err, field)
	}
}

// What the provider has written belongs to it, and what it never wrote to others
// until it does.
func TestFieldsBelongToWhoWritesThem(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		key, err := w.CreateKey(w.api, model.CreateKeyInput{DirectoryID: &w.directory.ID, Name: "Entra"})
		if err != nil {
			t.Fatal(err)
		}
		made, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: schematype.UserAttributes{
			UserName: "ada", Active: true, Title: text("Pilot"), Manager: text("nobody"),
		}})
		if err != nil {
			t.Fatal(err)
		}
		ada := made.User.ID
		if got, want := w.provided(t, ada), []string{"userName", "active", "title", "managerValue"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		title, nick := model.UserPatch{Title: graphql.OmittableOf(text("Captain"))}, model.UserPatch{NickName: graphql.OmittableOf(text("Lady"))}
		wantManaged(t, "a title", w.patchUser(w.api, ada, title), "title")
		wantManaged(t, "a manager", w.patchUser(w.api, ada, model.UserPatch{Manager: graphql.OmittableOf(text("x"))}), "managerValue")
		wantManaged(t, "the same title", w.patchUser(w.api, ada, model.UserPatch{Title: graphql.OmittableOf(text("Pilot"))}), "")
		wantManaged(t, "a nickname", w.patchUser(w.api, ada, nick), "")
		wantManaged(t, "an operator", w.patchUser(viewer.WithOperator(t.Context()), ada, title), "")
		if got := w.provided(t, ada); slices.Contains(got, "nickName") || !slices.Contains(got, "title") {
			t.Errorf("%q after a nickname was given here", got)
		}
		provide := func(edit func(*schematype.UserAttributes)) {
			t.Helper()
			if _, err := w.ModifyUser(w.scim, ada, nil, func(a *schematype.UserAttributes) error { edit(a); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		provide(func(a *schematype.UserAttributes) { a.NickName = text("Countess") })
		wantManaged(t, "a nickname that the provider wrote", w.patchUser(w.api, ada, nick), "nickName")
		provide(func(a *schematype.UserAttributes) { a.Title = nil })
		wantManaged(t, "a title that the provider cleared", w.patchUser(w.api, ada, title), "title")
		wantManaged(t, "a department that nobody wrote", w.patchUser(w.api, ada, model.UserPatch{Department: graphql.OmittableOf(text("x"))}), "")
		provide(func(a *schematype.UserAttributes) { a.Department = nil })
		wantManaged(t, "a department that the provider cleared, and never wrote", w.patchUser(w.api, ada, model.UserPatch{Department: graphql.OmittableOf(text("x"))}), "")
		if _, err := w.CreateOAuthClient(w.api, model.CreateOAuthClientInput{DirectoryID: w.directory.ID, Name: "Nobody", TokenLifetimeSeconds: 3600}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.RevokeKey(w.api, model.RevokeKeyInput{ID: key.Key.ID}); err != nil {
			t.Fatal(err)
		}
		wantManaged(t, "a title of a directory without a provider", w.patchUser(w.api, ada, title), "")
	})
}

// A provider that adopts somebody who was made here owns what it writes.
func TestProviderAdoptsAUser(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		expires := time.Now().Add(time.Hour)
		if _, err := w.CreateKey(w.api, model.CreateKeyInput{DirectoryID: &w.directory.ID, Name: "Entra", ExpiresAt: &expires}); err != nil {
			t.Fatal(err)
		}
		made, err := w.CreateUser(w.api, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: person("ada")})
		if err != nil {
			t.Fatal(err)
		}
		if got := w.provided(t, made.User.ID); len(got) > 0 {
			t.Errorf("%q of who was made here", got)
		}
		if _, err := w.ModifyUser(w.scim, made.User.ID, nil, func(a *schematype.UserAttributes) error { a.Title = text("Pilot"); return nil }); err != nil {
			t.Fatal(err)
		}
		if got := w.provided(t, made.User.ID); !slices.Equal(got, []string{"title"}) {
			t.Errorf("%q", got)
		}
	})
}

func TestGroupsOfAProviderAreItsOwn(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		if _, err := w.CreateKey(w.api, model.CreateKeyInput{DirectoryID: &w.directory.ID, Name: "Entra"}); err != nil {
			t.Fatal(err)
		}
		ada := w.mustCreateUser(t, "ada").ID
		group := func(ctx context.Context, name string) *ent.Group {
			t.Helper()
			made, err := w.CreateGroup(ctx, model.CreateGroupInput{DirectoryID: w.directory.ID, DisplayName: name})
			if err != nil {
				t.Fatal(err)
			}
			return made.Group
		}
		change := func(ctx context.Context, g *ent.Group, name, members string) {
			t.Helper()
			_, err := w.UpdateGroup(ctx, model.UpdateGroupInput{ID: g.ID, Patch: &model.GroupPatch{DisplayName: graphql.OmittableOf(text(g.DisplayName + "!"))}})
			wantManaged(t, "a name", err, name)
			_, err = w.AddGroupMembers(ctx, model.AddGroupMembersInput{GroupID: g.ID, MemberIds: []uuid.UUID{ada}})
			wantManaged(t, "a member", err, members)
			_, err = w.ReplaceGroupMembers(ctx, model.ReplaceGroupMembersInput{GroupID: g.ID, MemberIds: []uuid.UUID{ada}})
			wantManaged(t, "members", err, members)
			_, err = w.RemoveGroupMembers(ctx, model.RemoveGroupMembersInput{GroupID: g.ID, MemberIds: []uuid.UUID{ada}})
			wantManaged(t, "one member less", err, members)
		}
		theirs, ours := group(w.scim, "Theirs"), group(w.api, "Ours")
		change(w.api, theirs, "displayName", "members")
		change(w.scim, theirs, "", "")
		change(w.api, ours, "", "")
		for g, want := range map[*ent.Group][]string{theirs: {"displayName", "members"}, ours: {}} {
			if got, err := w.Group().ProvidedAttributes(w.api, g); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", g.DisplayName, got, want)
			}
		}
	})
}

// Sets of attributes are stored: an attribute keeps its place.
func TestAttributesKeepTheirPlaces(t *testing.T) {
	t.Parallel()
	places := []string{
		"userName", "externalId", "active", "displayName", "name", "nickName", "profileUrl", "title", "userType", "preferredLanguage", "locale", "timezone",
		"emails", "phoneNumbers", "ims", "photos", "addresses", "entitlements", "roles", "x509Certificates",
		"employeeNumber", "costCenter", "organization", "division", "department", "managerValue", "extensions",
	}
	for i, attr := range attribute.Set(-1).In(attribute.Users) {
		if i < len(places) && attr.Name() != places[i] {
			t.Errorf("%s stands at place %d, which is that of %s", attr.Name(), i, places[i])
		}
	}
}
