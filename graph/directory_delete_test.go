package graph_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/directorycount"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/generated/uservalue"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/purge"
	"github.com/feddir/feddir/internal/apierror"
)

// fillDirectory puts so many users into a directory, below the operations, all of them
// members of two groups, and returns one of the users and one of the groups.
func (w *world) fillDirectory(t *testing.T, d *ent.Directory, n int) (userID, groupID uuid.UUID) {
	t.Helper()
	inTx(t, w.db, func(ctx context.Context) (any, error) {
		c := w.db.Client(ctx)
		var groups []*ent.Group
		for i := range 2 {
			name := fmt.Sprint("member", i)
			g, err := c.Group.Create().SetCompanyID(d.CompanyID).SetDirectoryID(d.ID).SetSource(viewer.SourceSCIM).
				SetDisplayName(name).SetDisplayNameKey(name).SetMemberCount(int64(n)).Save(ctx)
			if err != nil {
				return nil, err
			}
			groups = append(groups, g)
		}
		groupID = groups[0].ID
		return nil, c.DirectoryCount.Create().SetCompanyID(d.CompanyID).SetDirectoryID(d.ID).
			SetUserCount(int64(n)).SetActiveUserCount(int64(n)).SetGroupCount(2).SetMembershipCount(int64(2 * n)).Exec(ctx)
	})
	for from := 0; from < n; from += 250 {
		inTx(t, w.db, func(ctx context.Context) (any, error) {
			var users []*ent.UserCreate
			var values []*ent.UserValueCreate
			var members []*ent.MembershipCreate
			c := w.db.Client(ctx)
			groups := c.Group.Query().Where(group.DirectoryID(d.ID)).IDsX(ctx)
			for i := from; i < min(from+250, n); i++ {
				userID = schematype.NewID(schematype.TypeUser)
				name := fmt.Sprint("member", i)
				users = append(users, c.User.Create().SetID(userID).SetCompanyID(d.CompanyID).SetDirectoryID(d.ID).
					SetSource(viewer.SourceSCIM).SetUserName(name).SetUserNameKey(name).SetSortName(name))
				values = append(values, c.UserValue.Create().SetCompanyID(d.CompanyID).SetDirectoryID(d.ID).SetUserID(userID).
					SetAttribute(uservalue.AttributeEMAILS).SetValueKey(name).SetTypeKey("work"))
				for _, g := range groups {
					members = append(members, c.Membership.Create().SetCompanyID(d.CompanyID).SetDirectoryID(d.ID).
						SetSource(viewer.SourceSCIM).SetGroupID(g).SetMemberID(userID).SetUserID(userID))
				}
			}
			if err := c.User.CreateBulk(users...).Exec(ctx); err != nil {
				return nil, err
			}
			if err := c.UserValue.CreateBulk(values...).Exec(ctx); err != nil {
				return nil, err
			}
			return nil, c.Membership.CreateBulk(members...).Exec(ctx)
		})
	}
	return userID, groupID
}

// rowsOf counts what is stored of a directory.
func rowsOf(t *testing.T, db *entdb.DB, id uuid.UUID) (rows int) {
	t.Helper()
	ctx := viewer.WithSystem(t.Context(), viewer.Purge)
	c := db.Client(ctx)
	for _, count := range []func(context.Context) (int, error){
		c.Directory.Query().Where(directory.ID(id)).Count, c.DirectoryCount.Query().Where(directorycount.DirectoryID(id)).Count,
		c.Key.Query().Where(key.DirectoryID(id)).Count, c.OAuthClient.Query().Where(oauthclient.DirectoryID(id)).Count,
		c.User.Query().Where(user.DirectoryID(id)).Count, c.UserValue.Query().Where(uservalue.DirectoryID(id)).Count,
		c.Group.Query().Where(group.DirectoryID(id)).Count, c.Membership.Query().Where(membership.DirectoryID(id)).Count,
	} {
		n, err := count(ctx)
		if err != nil {
			t.Fatal(err)
		}
		rows += n
	}
	return rows
}

// A large directory does not exist from the moment it is deleted, though what
// it held is deleted bit by bit afterwards, by whichever replicas are there.
func TestLargeDirectoryIsGoneAtOnce(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		var told []uuid.UUID
		r := graph.New(db, graph.Config{OnKeyChange: func(id uuid.UUID) { told = append(told, id) }})
		w.Operations = r.Operations()
		ada := w.mustCreateUser(t, "ada")
		w.mustCreateGroup(t, "Crew", ada.ID)
		large := w.newDirectory(t, "Large")
		const people = 3500
		userID, groupID := w.fillDirectory(t, large, people)
		for _, make := range []func() error{
			func() error {
				_, err := w.CreateKey(w.api, model.CreateKeyInput{DirectoryID: &large.ID, Name: "key"})
				return err
			},
			func() error {
				_, err := w.CreateOAuthClient(w.api, model.CreateOAuthClientInput{DirectoryID: large.ID, Name: "client", TokenLifetimeSeconds: 3600, WithSecret: true})
				return err
			},
		} {
			if err := make(); err != nil {
				t.Fatal(err)
			}
		}
		told = nil
		before := rowsOf(t, db, w.directory.ID)
		mayWrite := viewer.NewContext(t.Context(), viewer.Viewer{ // and may not see keys
			Kind: viewer.APIKey, CompanyID: w.company.ID, Scopes: []viewer.Scope{viewer.ScopeRead, viewer.ScopeWrite}, Source: viewer.SourceAPI,
		})
		if _, err := w.DeleteDirectory(mayWrite, model.DeleteDirectoryInput{ID: large.ID}); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(told, large.ID) || !slices.Contains(told, w.company.ID) {
			t.Errorf("told of %v", told)
		}
		// Four kinds of row are left: people, their values, memberships, groups;
		// and the directory with its counts.
		if n := rowsOf(t, db, large.ID); n != people+people+2*people+2+2 {
			t.Errorf("%d rows are left for later", n)
		}
		w.checkDeletedDirectory(t, r, large.ID, userID, groupID)

		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := purge.New(db).Deleted(canceled); err == nil {
			t.Error("it was purged in no time")
		}
		var purged [2]int
		var replicas sync.WaitGroup
		for i := range purged {
			replicas.Go(func() {
				n, err := purge.New(db).Deleted(t.Context())
				if purged[i] = n; err != nil {
					t.Error(err)
				}
			})
		}
		replicas.Wait()
		if got := purged[0] + purged[1]; got != people+people+2*people+2+1 {
			t.Errorf("%d were purged", got)
		}
		if left, others := rowsOf(t, db, large.ID), rowsOf(t, db, w.directory.ID); left != 0 || others != before {
			t.Errorf("%d rows are left, and %d of %d in the other directory", left, others, before)
		}
	})
}

// checkDeletedDirectory tries to get at a directory that is gone and at what it held.
func (w *world) checkDeletedDirectory(t *testing.T, r *graph.Resolver, id, userID, groupID uuid.UUID) {
	t.Helper()
	v, _ := viewer.FromContext(w.api)
	v.DeletedDirectories = []uuid.UUID{id} // as authentication says of every later request
	api := viewer.NewContext(t.Context(), v)
	for name, ctx := range map[string]context.Context{"an API key": api, "the operator": viewer.WithOperator(t.Context())} {
		if d, err := r.Query().Directory(ctx, id); d != nil || err != nil {
			t.Errorf("%s: the directory: %v, %v", name, d, err)
		}
		for _, try := range []struct {
			name string
			do   func() error
		}{
			{"deleting it again", func() error { _, err := w.DeleteDirectory(ctx, model.DeleteDirectoryInput{ID: id}); return err }},
			{"updating it", func() error { _, err := w.UpdateDirectory(ctx, model.UpdateDirectoryInput{ID: id}); return err }},
			{"a user in it", func() error {
				_, err := w.CreateUser(ctx, model.CreateUserInput{DirectoryID: id, UserAttributes: person("new")})
				return err
			}},
			{"a key of it", func() error {
				_, err := w.CreateKey(ctx, model.CreateKeyInput{DirectoryID: &id, Name: "k"})
				return err
			}},
		} {
			wantCode(t, name+": "+try.name, try.do(), apierror.NotFound)
		}
	}
	list, err := r.Query().Directories(api, nil, nil, nil, nil, nil, nil)
	if err != nil || len(list.Edges) != 1 {
		t.Errorf("directories: %+v, %v", list, err)
	}
	if users, err := r.Query().Users(api, nil, nil, nil, nil, nil, nil, nil, nil); err != nil || len(users.Edges) != 1 {
		t.Errorf("users: %+v, %v", users, err)
	} else if n, err := users.TotalCount(api); n != 1 || err != nil {
		t.Errorf("%d users in all, %v", n, err)
	}
	for _, gone := range []uuid.UUID{id, userID, groupID} {
		if n, err := r.Query().Node(api, gone); n != nil || err != nil {
			t.Errorf("node: %v, %v", n, err)
		}
	}
	_, err = w.DeleteUser(api, model.DeleteUserInput{ID: userID})
	wantCode(t, "deleting a user", err, apierror.NotFound)
	_, err = w.AddGroupMembers(api, model.AddGroupMembersInput{GroupID: groupID, MemberIds: []uuid.UUID{userID}})
	wantCode(t, "a member of its group", err, apierror.NotFound)
	if n := w.db.Client(api).Membership.Query().CountX(api); n != 1 {
		t.Errorf("%d memberships in the company", n)
	}
	if n := w.db.Client(api).User.Query().CountX(api); n != 1 {
		t.Errorf("%d users in the company", n)
	}
	if n := w.db.Client(api).Group.Query().CountX(api); n != 1 {
		t.Errorf("%d groups in the company", n)
	}
}

// Nobody makes a directory one that is being deleted but by deleting it.
func TestDirectoryIsNotDeletedByUpdate(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		deleting := directory.StateDELETING
		_, err := w.UpdateDirectory(w.api, model.UpdateDirectoryInput{ID: w.directory.ID, State: graphql.OmittableOf(&deleting)})
		wantCode(t, "state DELETING", err, apierror.Invalid)
	})
}
