package graph_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/graph/model"
)

// parents is how many there are at least of everything that has lists.
const parents = 10

// newTown makes a world in which every list has so many, and in which what is
// in them leads to as many others.
func newTown(t *testing.T, db *entdb.DB) *walker {
	t.Helper()
	w := &walker{world: newWorld(t, db, "harbor")}
	limits := limits.DefaultLimits()
	limits.Cost, limits.Aliases, limits.Fields, limits.Tokens = 1<<20, 1000, 10_000, 100_000
	w.Operations = graph.New(db, graph.Config{BaseURL: "http://directory.test", Limits: limits}).Operations()
	w.handler = w.Handler()
	in := w.directory
	for i := range parents {
		n := 2
		if i == 0 {
			n = parents
		} else {
			in = w.newDirectory(t, fmt.Sprint("Directory ", i))
		}
		err := w.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error { return w.fill(ctx, in, n) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Feed().Sequence(viewer.WithOperator(t.Context())); err != nil {
		t.Fatal(err)
	}
	return w
}

// fill puts n of everything into a directory.
func (w *walker) fill(ctx context.Context, d *ent.Directory, n int) error {
	steps := []func(context.Context, *ent.Directory, []uuid.UUID, int) error{w.fillGroups, w.fillKeys, w.fillRecords, w.fillHealth}
	users, err := w.fillUsers(ctx, d, n)
	for _, step := range steps {
		if err == nil {
			err = step(ctx, d, users, n)
		}
	}
	return err
}

func requestOf(user uuid.UUID) string { return "req-" + user.String() }

// fillUsers makes users of whom each reports to the next, and as many who
// report to the first; what each request did is known.
func (w *walker) fillUsers(ctx context.Context, d *ent.Directory, n int) (users []uuid.UUID, err error) {
	for i := range n {
		id, err := w.newUser(ctx, d, fmt.Sprint("user", i))
		if err != nil {
			return nil, err
		}
		users = append(users, id)
	}
	for i, id := range users {
		manager, title := users[(i+1)%n].String(), fmt.Sprint("Title ", n-i)
		_, err := w.UpdateUser(viewer.WithRequestID(ctx, requestOf(id)), model.UpdateUserInput{ID: id, Patch: &model.UserPatch{
			Manager: graphql.OmittableOf(&manager), Title: graphql.OmittableOf(&title),
		}})
		if err != nil {
			return nil, err
		}
	}
	if d.ID != w.directory.ID {
		return users, nil
	}
	w.user = users[0]
	for i := range 2 * n { // some of whom are not shown
		id, err := w.newUser(ctx, d, fmt.Sprint("report", i))
		if err != nil {
			return nil, err
		}
		manager, active := w.user.String(), i%3 > 0
		_, err = w.UpdateUser(ctx, model.UpdateUserInput{ID: id, Patch: &model.UserPatch{Manager: graphql.OmittableOf(&manager), Active: graphql.OmittableOf(&active)}})
		if err != nil {
			return nil, err
		}
		_, err = w.UpdateUser(ctx, model.UpdateUserInput{ID: w.user, Patch: &model.UserPatch{Title: graphql.OmittableOf(&manager), NickName: graphql.OmittableOf(new(fmt.Sprint(i)))}})
		if err != nil {
			return nil, err
		}
	}
	return users, nil
}

func (w *walker) newUser(ctx context.Context, d *ent.Directory, name string) (uuid.UUID, error) {
	made, err := w.CreateUser(ctx, model.CreateUserInput{DirectoryID: d.ID, UserAttributes: person(name)})
	if err != nil {
		return uuid.Nil, err
	}
	return made.User.ID, nil
}

// fillGroups makes groups that have a group, the first user and two others.
func (w *walker) fillGroups(ctx context.Context, d *ent.Directory, users []uuid.UUID, n int) error {
	inner, err := w.CreateGroup(ctx, model.CreateGroupInput{DirectoryID: d.ID, DisplayName: "Inner", MemberIds: users[:1]})
	if err != nil {
		return err
	}
	var last uuid.UUID
	for i := range n {
		made, err := w.CreateGroup(ctx, model.CreateGroupInput{
			DirectoryID: d.ID, DisplayName: fmt.Sprint("Group ", n-i), MemberIds: []uuid.UUID{users[0], users[i], users[(i+1)%n], inner.Group.ID},
		})
		if err != nil {
			return err
		}
		last = made.Group.ID
	}
	for _, id := range users { // one by one, for the history
		if _, err := w.AddGroupMembers(ctx, model.AddGroupMembersInput{GroupID: last, MemberIds: []uuid.UUID{id}}); err != nil {
			return err
		}
		if _, err := w.RemoveGroupMembers(ctx, model.RemoveGroupMembersInput{GroupID: last, MemberIds: []uuid.UUID{id}}); err != nil {
			return err
		}
		if _, err := w.AddGroupMembers(ctx, model.AddGroupMembersInput{GroupID: last, MemberIds: []uuid.UUID{id}}); err != nil {
			return err
		}
	}
	if d.ID == w.directory.ID {
		w.crew = last
	}
	return nil
}

// fillKeys makes OAuth clients, and replaces the secret of each.
func (w *walker) fillKeys(ctx context.Context, d *ent.Directory, _ []uuid.UUID, n int) error {
	for i := range n {
		made, err := w.CreateOAuthClient(ctx, model.CreateOAuthClientInput{DirectoryID: d.ID, Name: fmt.Sprint("client ", i), TokenLifetimeSeconds: 3600, WithSecret: true})
		if err != nil {
			return err
		}
		secrets, err := w.OAuthClient().Secrets(ctx, made.Client)
		if err != nil {
			return err
		}
		if _, err := w.RotateKey(ctx, model.RotateKeyInput{ID: secrets[0].ID, OverlapSeconds: 3600}); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) fillRecords(ctx context.Context, d *ent.Directory, users []uuid.UUID, _ int) error {
	for _, id := range users {
		err := w.db.Client(ctx).RequestRecord.Create().SetCompanyID(w.company.ID).SetDirectoryID(d.ID).SetAt(schematype.Now()).
			SetMethod("PATCH").SetRoute("/v2/Users/{id}").SetTargetKey("user").SetTargetID(id).SetRequestID(requestOf(id)).SetChanged([]string{"title"}).
			SetAction(requestrecord.ActionUPDATE).SetOutcome(requestrecord.OutcomeSUCCESS).SetStatus(200).SetDurationUs(1).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// fillHealth makes provisioning known, and hides the disabled users of some.
func (w *walker) fillHealth(ctx context.Context, d *ent.Directory, _ []uuid.UUID, n int) error {
	client, now := w.db.Client(ctx), schematype.Now()
	if n == parents {
		if err := client.Directory.Update().Where(directory.ID(d.ID)).SetDisabledUsers(directory.DisabledUsersHIDDEN).Exec(ctx); err != nil {
			return err
		}
	}
	return client.DirectoryHealth.Create().SetCompanyID(w.company.ID).SetDirectoryID(d.ID).SetLastRequestAt(now).Exec(ctx)
}
