package graph_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// newWalker makes a world with something in every list.
func newWalker(t *testing.T, db *entdb.DB) *walker {
	t.Helper()
	w := &walker{world: newWorld(t, db, "harbor")}
	w.handler, w.elsewhere = w.Handler(), w.newDirectory(t, "Elsewhere").ID
	w.user = w.mustCreateUser(t, "boss").ID
	w.crew = w.mustCreateGroup(t, "Crew").ID
	for i := range 8 {
		for _, add := range additions {
			remove, err := add(w, viewer.WithOperator(t.Context()))
			if err != nil {
				t.Fatal(err)
			}
			if remove != nil && i%2 == 1 {
				w.removable = append(w.removable, remove)
			}
		}
	}
	if _, err := w.Feed().Sequence(viewer.WithOperator(t.Context())); err != nil {
		t.Fatal(err)
	}
	return w
}

// An addition adds something to some lists and tells how to take it away
// again; nil where nobody can.
type addition func(w *walker, ctx context.Context) (remove func(context.Context) error, err error)

var additions = []addition{addUser, addStranger, addGroup, addDirectory, addKey, addClient, addRecord}

// disturb adds something, or takes away what came earlier.
func (w *walker) disturb(t *rapid.T) error {
	ctx := viewer.WithOperator(context.Background())
	if n := len(w.removable); n > 0 && rapid.IntRange(0, 2).Draw(t, "goes") > 0 {
		i := rapid.IntRange(0, n-1).Draw(t, "which")
		remove := w.removable[i]
		w.removable = slices.Delete(w.removable, i, i+1)
		return remove(ctx)
	}
	remove, err := rapid.SampledFrom(additions).Draw(t, "comes")(w, ctx)
	if remove != nil && err == nil {
		w.removable = append(w.removable, remove)
	}
	return err
}

// name is one that nobody has, anywhere in the alphabet.
func name() string { return fmt.Sprintf("%c %s", 'A'+rand.IntN(26), uuid.New()) }

// addUser adds a user of the crew who reports to the boss.
func addUser(w *walker, ctx context.Context) (func(context.Context) error, error) {
	a, manager := person(name()), w.user.String()
	a.Manager, a.Active = &manager, rand.IntN(2) == 0
	made, err := w.CreateUser(ctx, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: a})
	if err != nil {
		return nil, err
	}
	_, err = w.AddGroupMembers(ctx, model.AddGroupMembersInput{GroupID: w.crew, MemberIds: []uuid.UUID{made.User.ID}})
	return func(ctx context.Context) error {
		_, err := w.DeleteUser(ctx, model.DeleteUserInput{ID: made.User.ID})
		return err
	}, err
}

// addStranger adds a user and a group to another directory.
func addStranger(w *walker, ctx context.Context) (func(context.Context) error, error) {
	made, err := w.CreateUser(ctx, model.CreateUserInput{DirectoryID: w.elsewhere, UserAttributes: person(name())})
	if err != nil {
		return nil, err
	}
	_, err = w.CreateGroup(ctx, model.CreateGroupInput{DirectoryID: w.elsewhere, DisplayName: name()})
	return func(ctx context.Context) error {
		_, err := w.DeleteUser(ctx, model.DeleteUserInput{ID: made.User.ID})
		return err
	}, err
}

// addGroup adds a group that has the boss.
func addGroup(w *walker, ctx context.Context) (func(context.Context) error, error) {
	made, err := w.CreateGroup(ctx, model.CreateGroupInput{DirectoryID: w.directory.ID, DisplayName: name(), MemberIds: []uuid.UUID{w.user}})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		_, err := w.DeleteGroup(ctx, model.DeleteGroupInput{ID: made.Group.ID})
		return err
	}, nil
}

func addDirectory(w *walker, ctx context.Context) (func(context.Context) error, error) {
	made, err := w.CreateDirectory(ctx, model.CreateDirectoryInput{CompanyID: &w.company.ID, Name: name()})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		_, err := w.DeleteDirectory(ctx, model.DeleteDirectoryInput{ID: made.Directory.ID})
		return err
	}, nil
}

func addKey(w *walker, ctx context.Context) (func(context.Context) error, error) {
	_, err := w.CreateKey(ctx, model.CreateKeyInput{DirectoryID: &w.directory.ID, Name: name()})
	return nil, err
}

func addClient(w *walker, ctx context.Context) (func(context.Context) error, error) {
	_, err := w.CreateOAuthClient(ctx, model.CreateOAuthClientInput{DirectoryID: w.directory.ID, Name: name(), TokenLifetimeSeconds: 3600, WithSecret: true})
	return nil, err
}

func addRecord(w *walker, ctx context.Context) (func(context.Context) error, error) {
	return nil, w.db.InTx(ctx, func(ctx context.Context) error {
		return w.db.Client(ctx).RequestRecord.Create().SetCompanyID(w.company.ID).SetDirectoryID(w.directory.ID).
			SetAt(schematype.Now()).SetMethod("GET").SetRoute("/v2/Users").SetTargetKey("").
			SetAction(requestrecord.ActionQUERY).SetOutcome(requestrecord.OutcomeSUCCESS).SetStatus(200).SetDurationUs(1).Exec(ctx)
	})
}
