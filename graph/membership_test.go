package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

func (w *world) members(t *testing.T, groupID uuid.UUID) []uuid.UUID {
	t.Helper()
	rows, err := w.Members(w.scim, groupID, uuid.Nil, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]uuid.UUID, len(rows))
	for i, m := range rows {
		ids[i] = m.MemberID
	}
	g, err := w.FindGroup(w.scim, groupID)
	if err != nil || int(g.MemberCount) != len(ids) {
		t.Errorf("the group says %v (%v), it has %d members", g, err, len(ids))
	}
	return ids
}

func TestMembersComeAndGo(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		var users []uuid.UUID
		for _, name := range []string{"ada", "grace", "edsger"} {
			users = append(users, w.mustCreateUser(t, name).ID)
		}
		g := w.mustCreateGroup(t, "Crew", users[0])

		ctx, statements := sqlconn.CountStatements(w.scim)
		added, err := w.AddGroupMembers(ctx, model.AddGroupMembersInput{GroupID: g.ID, MemberIds: []uuid.UUID{users[0], users[1], users[2], users[1]}})
		if err != nil || added.Added != 2 || statements.N() > 4 {
			t.Errorf("added %+v in %d statements: %v", added, statements.N(), err)
		}
		if got := w.members(t, g.ID); len(got) != 3 {
			t.Errorf("members: %v", got)
		}
		again, err := w.AddGroupMembers(w.scim, model.AddGroupMembersInput{GroupID: g.ID, MemberIds: users})
		if err != nil || again.Added != 0 {
			t.Errorf("added again: %+v, %v", again, err)
		}
		if now, _ := w.FindGroup(w.scim, g.ID); now.Version != 2 {
			t.Errorf("version %d after one real change", now.Version)
		}
		ctx, statements = sqlconn.CountStatements(w.scim)
		removed, err := w.RemoveGroupMembers(ctx, model.RemoveGroupMembersInput{GroupID: g.ID, MemberIds: users[:2]})
		if err != nil || removed.Removed != 2 || statements.N() > 4 {
			t.Errorf("removed %+v in %d statements: %v", removed, statements.N(), err)
		}
		replaced, err := w.ReplaceGroupMembers(w.scim, model.ReplaceGroupMembersInput{GroupID: g.ID, MemberIds: users[:2]})
		if err != nil || replaced.Added != 2 || replaced.Removed != 1 {
			t.Errorf("replaced: %+v, %v", replaced, err)
		}
		if got := w.members(t, g.ID); len(got) != 2 || got[0] != users[0] || got[1] != users[1] {
			t.Errorf("members: %v", got)
		}
		if counts := w.countsOf(t); counts != (model.DirectoryCounts{Users: 3, ActiveUsers: 3, Groups: 1, Memberships: 2}) {
			t.Errorf("counts: %+v", counts)
		}
	})
}

// GraphQL takes as many members in one operation as it says.
func TestThousandMembersOverGraphQL(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		g := w.mustCreateGroup(t, "Crew", w.mustCreateUser(t, "ada").ID)
		for n, want := range map[int]string{member.Max: "", member.Max + 1: "LIMIT"} {
			ids := make([]uuid.UUID, n)
			for i := range ids {
				ids[i] = schematype.NewID(schematype.TypeUser)
			}
			var answer struct {
				Errors []struct{ Extensions struct{ Code string } }
			}
			w.post(t, `mutation($in: RemoveGroupMembersInput!) { removeGroupMembers(input: $in) { removed } }`,
				map[string]any{"in": map[string]any{"groupId": g.ID, "memberIds": ids}}, &answer)
			got := ""
			if len(answer.Errors) > 0 {
				got = answer.Errors[0].Extensions.Code
			}
			if got != want {
				t.Errorf("%d members: %q, want %q", n, got, want)
			}
		}
	})
}

// post sends a document with variables as the API key, and decodes the answer.
func (w *world) post(t *testing.T, document string, variables, answer any) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(w.api, "POST", "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.Handler().ServeHTTP(rec, r)
	if err := json.Unmarshal(rec.Body.Bytes(), answer); err != nil {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
}

func TestMembersMustBeOfTheDirectory(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		other := newWorld(t, db, "elsewhere")
		mine := w.mustCreateUser(t, "ada")
		g := w.mustCreateGroup(t, "Crew")
		sibling := w.newDirectory(t, "Guests")
		for name, id := range map[string]uuid.UUID{
			"another company's user":  other.mustCreateUser(t, "grace").ID,
			"another company's group": other.mustCreateGroup(t, "Crew").ID,
			"absent":                  schematype.NewID(schematype.TypeUser),
			"of another type":         sibling.ID,
			"malformed":               uuid.Nil,
		} {
			_, err := w.AddGroupMembers(w.scim, model.AddGroupMembersInput{GroupID: g.ID, MemberIds: []uuid.UUID{mine.ID, id}})
			if e := dberror.Describe(err); e.Code != apierror.Invalid || e.Field != "memberIds" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := w.members(t, g.ID); len(got) != 0 {
			t.Errorf("members: %v", got)
		}
		for name, ctx := range map[string]uuid.UUID{"foreign": other.mustCreateGroup(t, "Boats").ID, "absent": schematype.NewID(schematype.TypeGroup), "malformed": uuid.Nil} {
			if _, err := w.AddGroupMembers(w.scim, model.AddGroupMembersInput{GroupID: ctx, MemberIds: []uuid.UUID{mine.ID}}); dberror.CodeOf(err) != apierror.NotFound {
				t.Errorf("a member for a group that is %s: %v", name, err)
			}
			if _, err := w.RemoveGroupMembers(w.scim, model.RemoveGroupMembersInput{GroupID: ctx, MemberIds: []uuid.UUID{mine.ID}}); dberror.CodeOf(err) != apierror.NotFound {
				t.Errorf("a member out of a group that is %s: %v", name, err)
			}
		}
	})
}

func TestGroupsCannotContainThemselves(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		a := w.mustCreateGroup(t, "A")
		b := w.mustCreateGroup(t, "B", a.ID)
		c := w.mustCreateGroup(t, "C", b.ID)
		for name, pair := range map[string][2]uuid.UUID{"itself": {a.ID, a.ID}, "directly": {a.ID, b.ID}, "through another": {a.ID, c.ID}} {
			_, err := w.AddGroupMembers(w.scim, model.AddGroupMembersInput{GroupID: pair[0], MemberIds: []uuid.UUID{pair[1]}})
			if dberror.CodeOf(err) != apierror.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := w.members(t, c.ID); len(got) != 1 {
			t.Errorf("members of C: %v", got)
		}
		if _, err := w.DeleteGroup(w.scim, model.DeleteGroupInput{ID: b.ID}); err != nil {
			t.Fatal(err)
		}
		if got := w.members(t, c.ID); len(got) != 0 {
			t.Errorf("members of C after B is gone: %v", got)
		}
	})
}

// Two who nest groups at the same time must not close a cycle together.
func TestCycleIsNotClosedByTwo(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		for i := range 8 {
			name := string(rune('a' + i))
			a, b := w.mustCreateGroup(t, name+"1"), w.mustCreateGroup(t, name+"2")
			errs := together(2, func(i int) error {
				pair := [][2]uuid.UUID{{a.ID, b.ID}, {b.ID, a.ID}}[i]
				_, err := w.AddGroupMembers(w.scim, model.AddGroupMembersInput{GroupID: pair[0], MemberIds: []uuid.UUID{pair[1]}})
				return err
			})
			if count(errs, apierror.Invalid) != 1 || count(errs, "") != 1 {
				t.Fatalf("both nested: %v", errs)
			}
		}
	})
}

func TestSimultaneousAddsLoseNoMember(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		g := w.mustCreateGroup(t, "Crew")
		users := make([]uuid.UUID, 64)
		for i := range users {
			users[i] = w.mustCreateUser(t, "user"+string(rune('0'+i/10))+string(rune('0'+i%10))).ID
		}
		for _, err := range together(len(users), func(i int) error {
			_, err := w.AddGroupMembers(w.scim, model.AddGroupMembersInput{GroupID: g.ID, MemberIds: users[i : i+1]})
			return err
		}) {
			if err != nil {
				t.Errorf("refused: %v", err)
			}
		}
		if got := w.members(t, g.ID); len(got) != len(users) {
			t.Errorf("%d members of %d", len(got), len(users))
		}
		for _, err := range together(len(users), func(i int) error {
			_, err := w.RemoveGroupMembers(w.scim, model.RemoveGroupMembersInput{GroupID: g.ID, MemberIds: users[i/2 : i/2+1]})
			return err
		}) {
			if err != nil {
				t.Errorf("refused: %v", err)
			}
		}
		if got := w.members(t, g.ID); len(got) != len(users)/2 {
			t.Errorf("%d members are left of %d", len(got), len(users)/2)
		}
	})
}

func TestSimultaneousCreatesMakeOneUser(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		errs := together(64, func(int) error {
			_, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: person("ada")})
			return err
		})
		if count(errs, "") != 1 || count(errs, apierror.Conflict) != 63 {
			t.Errorf("%d created, %d refused as taken: %v", count(errs, ""), count(errs, apierror.Conflict), errs)
		}
	})
}

func TestSimultaneousCreatesStayInTheirDirectory(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		one, two := newWorld(t, db, "harbor"), newWorld(t, db, "elsewhere")
		worlds := []*world{one, two}
		ids := make([]uuid.UUID, 64)
		for _, err := range together(64, func(i int) error {
			w := worlds[i%2]
			p, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: person("user" + string(rune('A'+i/2)))})
			if err == nil {
				ids[i] = p.User.ID
			}
			return err
		}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		for i, id := range ids {
			if _, err := worlds[i%2].FindUser(worlds[i%2].scim, id); err != nil {
				t.Errorf("its own key cannot read it: %v", err)
			}
			if _, err := worlds[1-i%2].FindUser(worlds[1-i%2].scim, id); dberror.CodeOf(err) != apierror.NotFound {
				t.Errorf("the other key reads it: %v", err)
			}
		}
	})
}

// together runs f n times at once.
func together(n int, f func(i int) error) []error {
	errs := make([]error, n)
	var ready, done sync.WaitGroup
	ready.Add(1)
	for i := range n {
		done.Go(func() {
			ready.Wait()
			errs[i] = f(i)
		})
	}
	ready.Done()
	done.Wait()
	return errs
}

// count returns how many errors have the code; "" counts the nil ones.
func count(errs []error, code apierror.Code) int {
	n := 0
	for _, err := range errs {
		if err == nil && code == "" || err != nil && dberror.CodeOf(err) == code {
			n++
		}
	}
	return n
}

// Operations join a transaction that was begun below them, like any other.
func TestOperationsInATransactionBelowThem(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		ada, grace := w.mustCreateUser(t, "ada").ID, w.mustCreateUser(t, "grace").ID
		crew, fleet := w.mustCreateGroup(t, "Crew", ada).ID, w.mustCreateGroup(t, "Fleet", grace).ID
		title, name := "Pilot", "Navy"
		for _, do := range []func(ctx context.Context) error{
			func(ctx context.Context) error { _, err := w.FindUser(ctx, ada); return err },
			func(ctx context.Context) error {
				_, err := w.ModifyUser(ctx, ada, nil, func(a *schematype.UserAttributes) error { a.Title = &title; return nil })
				return err
			},
			func(ctx context.Context) error {
				_, err := w.CreateGroup(ctx, model.CreateGroupInput{DirectoryID: w.directory.ID, DisplayName: "Boats", MemberIds: []uuid.UUID{ada}})
				return err
			},
			func(ctx context.Context) error {
				_, err := w.ModifyGroup(ctx, fleet, nil, func(a *schematype.GroupAttributes) error { a.DisplayName = name; return nil })
				return err
			},
			func(ctx context.Context) error {
				_, err := w.AddGroupMembers(ctx, model.AddGroupMembersInput{GroupID: fleet, MemberIds: []uuid.UUID{ada, crew}})
				return err
			},
			func(ctx context.Context) error {
				_, err := w.RemoveGroupMembers(ctx, model.RemoveGroupMembersInput{GroupID: fleet, MemberIds: []uuid.UUID{ada}})
				return err
			},
			func(ctx context.Context) error {
				_, err := w.ReplaceGroupMembers(ctx, model.ReplaceGroupMembersInput{GroupID: fleet, MemberIds: []uuid.UUID{ada, grace, crew}})
				return err
			},
			func(ctx context.Context) error {
				_, err := w.DeleteUser(ctx, model.DeleteUserInput{ID: ada})
				return err
			},
			func(ctx context.Context) error {
				_, err := w.DeleteGroup(ctx, model.DeleteGroupInput{ID: crew})
				return err
			},
		} {
			if err := db.InTx(w.scim, do); err != nil {
				t.Error(err)
			}
		}
		if got := w.members(t, fleet); len(got) != 1 || got[0] != grace {
			t.Errorf("members: %v", got)
		}
		if counts := w.countsOf(t); counts != (model.DirectoryCounts{Users: 1, ActiveUsers: 1, Groups: 2, Memberships: 1}) {
			t.Errorf("counts: %+v", counts)
		}
	})
}

// Of two who take each other's names neither waits for the other.
func TestSwappedNamesAreTaken(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		users := []uuid.UUID{w.mustCreateUser(t, "ada").ID, w.mustCreateUser(t, "grace").ID}
		groups := []uuid.UUID{w.mustCreateGroup(t, "Crew").ID, w.mustCreateGroup(t, "Fleet").ID}
		for range 20 {
			errs := together(8, func(i int) error {
				if i < 4 {
					_, err := w.ModifyUser(w.scim, users[i%2], nil, func(a *schematype.UserAttributes) error {
						a.UserName = []string{"grace", "ada"}[i%2]
						return nil
					})
					return err
				}
				_, err := w.ModifyGroup(w.scim, groups[i%2], nil, func(a *schematype.GroupAttributes) error {
					a.DisplayName = []string{"Fleet", "Crew"}[i%2]
					return nil
				})
				return err
			})
			if n := count(errs, apierror.Conflict); n != len(errs) {
				t.Fatalf("%d of %d are told that the name is taken: %v", n, len(errs), errs)
			}
		}
	})
}
