package graph_test

import (
	"fmt"
	"testing"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/apierror"
)

func TestIdempotencyKeyRepeatsTheAnswer(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		ctx := tx.WithIdempotencyKey(w.api, "4711")
		input := model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: person("ada")}
		first, err := w.CreateUser(ctx, input)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.CreateUser(ctx, input)
		if err != nil || again.User.ID != first.User.ID || *again.User.DisplayName != *first.User.DisplayName || !again.User.CreatedAt.Equal(first.User.CreatedAt) {
			t.Errorf("again: %v, %v", again, err)
		}
		if counts := w.countsOf(t); counts.Users != 1 {
			t.Errorf("%d users", counts.Users)
		}
		other := input
		other.UserAttributes = person("grace")
		if _, err := w.CreateUser(ctx, other); dberror.Describe(err).Field != "Idempotency-Key" {
			t.Errorf("the key with another input: %v", err)
		}
		if _, err := w.DeleteUser(ctx, model.DeleteUserInput{ID: first.User.ID}); dberror.Describe(err).Field != "Idempotency-Key" {
			t.Errorf("the key with another operation: %v", err)
		}
	})
}

func TestSimultaneousRepetitionsHaveOneEffect(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		ctx := tx.WithIdempotencyKey(w.api, "4711")
		ids := make([]string, 16)
		for _, err := range together(len(ids), func(i int) error {
			p, err := w.CreateGroup(ctx, model.CreateGroupInput{DirectoryID: w.directory.ID, DisplayName: "Crew"})
			if err == nil {
				ids[i] = p.Group.ID.String()
			}
			return err
		}) {
			if err != nil {
				t.Errorf("refused: %v", err)
			}
		}
		for _, id := range ids {
			if id != ids[0] {
				t.Fatalf("several groups: %v", ids)
			}
		}
	})
}

// Each mutation of a document is remembered by itself: the whole can be sent
// again, and what had its effect has it once.
func TestIdempotencyKeyOfSeveralMutations(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		taken := w.mustCreateUser(t, "grace")
		ctx := tx.WithIdempotencyKey(w.api, "4711")
		document := fmt.Sprintf(`mutation {
			a: createUser(input: {directoryId: %[1]q, userName: "ada"}) { user { id } }
			b: createUser(input: {directoryId: %[1]q, userName: "grace"}) { user { id } }
		}`, w.directory.ID)
		if got := w.refused(t, ctx, document, nil); got.Extensions.Field != "userName" {
			t.Errorf("a taken name: %+v", got)
		}
		if _, err := w.DeleteUser(w.scim, model.DeleteUserInput{ID: taken.ID}); err != nil {
			t.Fatal(err)
		}
		type answer struct {
			A, B struct{ User struct{ ID string } }
		}
		var first, again answer
		w.query(t, ctx, document, &first)
		w.query(t, ctx, document, &again)
		if first != again || first.A.User.ID == "" {
			t.Errorf("%+v, again %+v", first, again)
		}
		if counts := w.countsOf(t); counts.Users != 2 {
			t.Errorf("%d users", counts.Users)
		}
	})
}

func TestFailedMutationIsNotRemembered(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		taken := w.mustCreateUser(t, "ada")
		ctx := tx.WithIdempotencyKey(w.api, "4711")
		input := model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: person("ada")}
		if _, err := w.CreateUser(ctx, input); dberror.CodeOf(err) != apierror.Conflict {
			t.Fatal(err)
		}
		if _, err := w.DeleteUser(w.scim, model.DeleteUserInput{ID: taken.ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.CreateUser(ctx, input); err != nil {
			t.Errorf("after the name came free: %v", err)
		}
	})
}
