package scimadapter_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/scimadapter"
)

// Lists that may be much work, and groups of very many members, wait for their
// turn; what a provider asks before
// it writes, and what it reads one by one, does not.
func TestHeavyReadsWait(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		waited, released := 0, 0
		d.handler = scimadapter.New(d.ops, scimadapter.Config{BaseURL: baseURL, HeavyTurn: func(context.Context) (func(), error) {
			waited++
			return func() { released++ }, nil
		}})
		id := d.made(t, "/v2/Users", `{"userName":"ada"}`)
		small, large := d.made(t, "/v2/Groups", `{"displayName":"Small"}`), d.made(t, "/v2/Groups", `{"displayName":"Large"}`)
		d.claimMembers(t, large, 20_001)
		light := []string{
			"/v2/Groups/" + small, "/v2/Groups/" + large + "?excludedAttributes=members",
			"/v2/Users/" + id, "/v2/Users?count=99", "/v2/Users?count=0", "/v2/Users?startIndex=50&count=40",
			"/v2/Users?filter=" + escaped(`userName eq "ada"`), "/v2/Users?filter=" + escaped(`emails[type eq "work"].value eq "a@b.c"`),
			"/v2/Groups?filter=" + escaped(`displayName eq "Crew"`), "/v2/Groups?filter=" + escaped(`id eq "`+id+`" and members eq "`+id+`"`), "/v2/Schemas",
		}
		heavy := []string{
			"/v2/Groups/" + large,
			"/v2/Users", "/v2/Users?count=100", "/v2/Users?startIndex=99&count=2", "/v2/Users?count=1&sortBy=title",
			"/v2/Users?filter=" + escaped(`title pr`), "/v2/Users?count=1&filter=" + escaped(`userName sw "a"`),
			"/v2/Groups?filter=" + escaped(`displayName co "Crew"`),
		}
		for _, path := range slices.Concat(light, heavy) {
			before, want := waited, 0
			if slices.Contains(heavy, path) {
				want = 1
			}
			if w := d.send(d.ctx, "GET", path, ""); w.Code != 200 || waited-before != want {
				t.Errorf("%s waits for %d turns, want %d: %d %s", path, waited-before, want, w.Code, w.Body)
			}
		}
		if released != waited {
			t.Errorf("%d of %d turns are given back", released, waited)
		}
	})
}

// claimMembers stores a number of members of a group that has none.
func (d *directory) claimMembers(t *testing.T, id string, members int64) {
	t.Helper()
	err := d.db.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error {
		return d.db.Client(ctx).Group.Update().Where(group.ID(uuid.MustParse(id))).SetMemberCount(members).Exec(ctx)
	})
	if err != nil {
		t.Fatal(err)
	}
}
