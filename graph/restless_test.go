package graph_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"entgo.io/ent/dialect/sql"
	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// restless changes what a walker reads, from as many goroutines as call it.
type restless struct {
	*walker
	edits []func(context.Context) error
	moves map[uuid.UUID][]string // the orders in which an edited row changes its place

	mu        sync.Mutex
	removable []func(context.Context) error
	added     int
}

// maxAdded bounds how many rows come that nobody takes away again.
const maxAdded = 60

func newRestless(t *testing.T, w *walker) *restless {
	t.Helper()
	r := &restless{walker: w, moves: map[uuid.UUID][]string{w.crew: {"UPDATED_AT", "MEMBER_COUNT"}}}
	inTx(t, w.db, func(ctx context.Context) (int, error) { // a provider's groups are edited elsewhere
		return w.db.Client(ctx).Group.Update().Modify(func(u *sql.UpdateBuilder) { u.Set(group.FieldSource, viewer.SourceAPI) }).Save(ctx)
	})
	for range 2 {
		r.editUsers(t)
		r.editOthers(t)
	}
	return r
}

// user makes a user of the crew who reports to the boss.
func (r *restless) user(t *testing.T) uuid.UUID {
	t.Helper()
	a, manager := person(name()), r.walker.user.String()
	a.Manager = &manager
	made, err := r.CreateUser(r.api, model.CreateUserInput{DirectoryID: r.directory.ID, UserAttributes: a})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.AddGroupMembers(r.api, model.AddGroupMembersInput{GroupID: r.crew, MemberIds: []uuid.UUID{made.User.ID}}); err != nil {
		t.Fatal(err)
	}
	return made.User.ID
}

// editUsers makes users who are renamed, go on leave and get other titles.
func (r *restless) editUsers(t *testing.T) {
	patches := map[string]func() *model.UserPatch{
		"NAME USER_NAME": func() *model.UserPatch {
			userName, displayName := name(), "Ada "+name()
			return &model.UserPatch{UserName: graphql.OmittableOf(&userName), DisplayName: graphql.OmittableOf(&displayName)}
		},
		"ACTIVE": func() *model.UserPatch {
			active := rand.IntN(2) == 0
			return &model.UserPatch{Active: graphql.OmittableOf(&active)}
		},
		"": func() *model.UserPatch {
			title := name()
			return &model.UserPatch{Title: graphql.OmittableOf(&title)}
		},
	}
	for fields, patch := range patches {
		id := r.user(t)
		r.edit(id, strings.Fields(fields+" UPDATED_AT"), func(ctx context.Context) error {
			_, err := r.UpdateUser(ctx, model.UpdateUserInput{ID: id, Patch: patch()})
			return err
		})
	}
}

// newGroup makes a group that has the boss.
func (r *restless) newGroup(t *testing.T) uuid.UUID {
	t.Helper()
	made, err := r.CreateGroup(r.api, model.CreateGroupInput{DirectoryID: r.directory.ID, DisplayName: name(), MemberIds: []uuid.UUID{r.walker.user}})
	if err != nil {
		t.Fatal(err)
	}
	return made.Group.ID
}

// editOthers makes groups, a directory and a key that are renamed, and a group
// whose members come and go.
func (r *restless) editOthers(t *testing.T) {
	t.Helper()
	named := r.newGroup(t)
	r.edit(named, []string{"NAME", "UPDATED_AT"}, func(ctx context.Context) error {
		displayName := name()
		_, err := r.UpdateGroup(ctx, model.UpdateGroupInput{ID: named, Patch: &model.GroupPatch{DisplayName: graphql.OmittableOf(&displayName)}})
		return err
	})
	filled, guest := r.newGroup(t), []uuid.UUID{r.user(t)}
	r.edit(filled, []string{"MEMBER_COUNT", "UPDATED_AT"}, func(ctx context.Context) error {
		_, err := r.AddGroupMembers(ctx, model.AddGroupMembersInput{GroupID: filled, MemberIds: guest})
		if rand.IntN(2) == 0 && err == nil {
			_, err = r.RemoveGroupMembers(ctx, model.RemoveGroupMembersInput{GroupID: filled, MemberIds: guest})
		}
		return err
	})
	directory := r.newDirectory(t, name()).ID
	r.edit(directory, []string{"NAME", "UPDATED_AT"}, func(ctx context.Context) error {
		other := name()
		_, err := r.UpdateDirectory(ctx, model.UpdateDirectoryInput{ID: directory, Name: graphql.OmittableOf(&other)})
		return err
	})
	made, err := r.CreateKey(r.api, model.CreateKeyInput{DirectoryID: &r.directory.ID, Name: name()})
	if err != nil {
		t.Fatal(err)
	}
	r.edit(made.Key.ID, []string{"NAME", "UPDATED_AT"}, func(ctx context.Context) error {
		other := name()
		_, err := r.UpdateKey(ctx, model.UpdateKeyInput{ID: made.Key.ID, Name: graphql.OmittableOf(&other)})
		return err
	})
}

func (r *restless) edit(id uuid.UUID, fields []string, f func(context.Context) error) {
	r.moves[id] = fields
	r.edits = append(r.edits, f)
}

// movesIn reports whether a row may change its place in an order.
func (r *restless) movesIn(id uuid.UUID, k walk) bool {
	if k.query != "" { // people are found by name and title
		return slices.Contains(r.moves[id], "NAME")
	}
	return slices.ContainsFunc(r.moves[id], func(field string) bool { return strings.Contains(k.orderBy, "field: "+field+",") })
}

// disturb edits, adds or takes away something.
func (r *restless) disturb(ctx context.Context) error {
	ctx = viewer.WithOperator(ctx)
	switch rand.IntN(8) {
	case 0:
		return r.add(ctx)
	case 1, 2:
		return r.takeAway(ctx)
	case 3:
		_, err := r.Feed().Sequence(ctx)
		return err
	case 4:
		_, err := r.Index().CatchUp(ctx)
		return err
	}
	return r.edits[rand.IntN(len(r.edits))](ctx)
}

func (r *restless) add(ctx context.Context) error {
	remove, err := r.mayAdd()(r.walker, ctx)
	if err != nil || remove == nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.removable = append(r.removable, remove)
	return nil
}

func (r *restless) mayAdd() addition {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.added++; r.added > maxAdded { // of what goes again
		return []addition{addUser, addGroup, addDirectory}[rand.IntN(3)]
	}
	return additions[rand.IntN(len(additions))]
}

// takeAway takes away what came.
func (r *restless) takeAway(ctx context.Context) error {
	r.mu.Lock()
	if len(r.removable) == 0 {
		r.mu.Unlock()
		return r.add(ctx)
	}
	i := rand.IntN(len(r.removable))
	remove := r.removable[i]
	r.removable = slices.Delete(r.removable, i, i+1)
	r.mu.Unlock()
	return remove(ctx)
}
