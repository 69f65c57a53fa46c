package reliability_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/feddir/feddir/ent/entdb/pgtest"
)

// arena is a directory in which requests contend for the same users and groups.
type arena struct {
	in      *installation
	client  *client
	db      *sql.DB // beside the server
	process *process
	seed    uint64
	names   atomic.Int64

	mu            sync.Mutex
	users, groups []string // ids, of which some may be deleted
}

func newArena(t *testing.T, in *installation) *arena {
	t.Helper()
	p := serve(t, in.database, "--rate=100000", "--burst=100000", "--graphql-points=100000000", "--graphql-restore=100000000")
	return &arena{in: in, client: newClient(t, in, p.url), db: in.open(t), process: p}
}

// newDirectory is another directory of the same company on the same server.
func (a *arena) newDirectory(t *testing.T) *arena {
	t.Helper()
	var made struct {
		Data struct {
			CreateDirectory struct{ Directory struct{ ID string } }
			CreateKey       struct{ AccessToken string }
		}
	}
	must(t)(a.client.graphQL(t.Context(), `mutation($name: String!) { createDirectory(input: {name: $name}) { directory { id } } }`, map[string]any{"name": a.name("Directory")}, "")).read(t, &made)
	b := &arena{in: &installation{database: a.in.database, owned: a.in.owned}, db: a.db, process: a.process}
	b.in.Directory.ID = made.Data.CreateDirectory.Directory.ID
	must(t)(a.client.graphQL(t.Context(), `mutation($id: ID!) { createKey(input: {directoryId: $id, name: "key"}) { accessToken } }`, map[string]any{"id": b.in.Directory.ID}, "")).read(t, &made)
	b.in.Key.AccessToken = made.Data.CreateKey.AccessToken
	b.client = newClient(t, b.in, a.process.url)
	return b
}

func (a *arena) name(kind string) string { return fmt.Sprintf("%s %d", kind, a.names.Add(1)) }

// set makes users and groups that all the users are members of; what was there
// before is forgotten.
func (a *arena) set(t testing.TB, users, groups int) {
	t.Helper()
	var operations []any
	var members []any
	for i := range users {
		operations = append(operations, map[string]any{"method": "POST", "path": "/Users", "bulkId": fmt.Sprint("u", i), "data": person(a.name("user"))})
		members = append(members, map[string]any{"value": fmt.Sprint("bulkId:u", i)})
	}
	for i := range groups {
		group := crew(a.name("Group"))
		group["members"] = members
		operations = append(operations, map[string]any{"method": "POST", "path": "/Groups", "bulkId": fmt.Sprint("g", i), "data": group})
	}
	var answered bulkAnswer
	must(t)(a.client.scim(t.Context(), "POST", "/Bulk", bulk(operations...))).read(t, &answered)
	a.users, a.groups = nil, nil
	for i, op := range answered.Operations {
		id := op.Location[strings.LastIndexByte(op.Location, '/')+1:]
		if id == "" {
			t.Fatalf("operation %d is answered with %s: %s", i, op.Status, op.Response.Detail)
		}
		if i < users {
			a.users = append(a.users, id)
		} else {
			a.groups = append(a.groups, id)
		}
	}
	for _, table := range []string{"users", "groups"} { // as if both protocols might change them
		if _, err := a.db.ExecContext(t.Context(), "UPDATE "+table+" SET source = 'API' WHERE directory_id = $1", a.in.Directory.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// user and group are any of those there are or were.
func (a *arena) user(random *rand.Rand) string  { return a.any(&a.users, random) }
func (a *arena) group(random *rand.Rand) string { return a.any(&a.groups, random) }

func (a *arena) any(of *[]string, random *rand.Rand) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return (*of)[random.IntN(len(*of))]
}

// some are users of whom one may come twice, and now and then a group.
func (a *arena) some(random *rand.Rand, nested bool) []string {
	ids := []string{a.user(random), a.user(random), a.user(random)}
	if nested {
		ids = append(ids, a.group(random))
	}
	return ids
}

// renew puts what was made in the place of one that may be deleted.
func (a *arena) renew(of *[]string, id string, random *rand.Rand) {
	a.mu.Lock()
	defer a.mu.Unlock()
	(*of)[random.IntN(len(*of))] = id
}

// checkRows fails the test where a count is not that of the rows. Nothing may
// be on its way.
func (a *arena) checkRows(t testing.TB, after string) {
	t.Helper()
	if n := ask[int](t, a.db, `SELECT count(*) FROM groups g WHERE member_count <> (
		SELECT count(*) FROM memberships m WHERE m.directory_id = g.directory_id AND m.group_id = g.id)`); n != 0 {
		t.Fatalf("%s: %d groups miscount their members", after, n)
	}
	for column, rows := range map[string]string{
		"user": "SELECT count(*) FROM users WHERE directory_id = $1", "active_user": "SELECT count(*) FROM users WHERE active AND directory_id = $1",
		"group": "SELECT count(*) FROM groups WHERE directory_id = $1", "membership": "SELECT count(*) FROM memberships WHERE directory_id = $1",
	} {
		counted := fmt.Sprintf(`SELECT COALESCE((SELECT %[1]s_count FROM directory_counts WHERE directory_id = $1), 0)
			+ COALESCE((SELECT sum(%[1]ss_delta) FROM changes WHERE directory_id = $1 AND position IS NULL), 0)`, column)
		want := ask[int](t, a.db, rows, a.in.Directory.ID)
		// The server may fold between the two halves on SQLite, never within one statement.
		if got := ask[int](t, a.db, counted, a.in.Directory.ID); got != want {
			t.Fatalf("%s: the directory counts %d of %s, there are %d", after, got, column, want)
		}
	}
}

// checkAll compares what is answered with the rows, stops the server, and
// looks for deadlocks.
func (a *arena) checkAll(t *testing.T) {
	t.Helper()
	a.checkRows(t, "in the end")
	a.checkAnswers(t)
	a.checkNesting(t)
	checkChanges(t, a.in)
	a.process.terminate(t)
	if code := a.process.exit(t); code != 0 {
		t.Errorf("the server ended with %d", code)
	}
	if n := ask[int](t, a.db, `SELECT count(*) FROM directory_healths h WHERE record_count <> (
		SELECT count(*) FROM request_records r WHERE r.directory_id = h.directory_id)`); n != 0 {
		t.Errorf("the health of %d directories miscounts their records", n)
	}
	if strings.HasPrefix(a.in.database, "postgres") {
		if n := ask[int](t, a.db, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"); n != 0 {
			t.Errorf("PostgreSQL broke %d deadlocks:\n%s", n, pgtest.Deadlocks(t, a.in.database))
		}
	}
}

// checkAnswers compares the groups as clients see them with the rows.
func (a *arena) checkAnswers(t *testing.T) {
	t.Helper()
	var list struct {
		TotalResults int
		Resources    []struct {
			ID      string
			Members []struct{ Value string }
		}
	}
	must(t)(a.client.scim(t.Context(), "GET", "/Groups?count=1000", nil)).read(t, &list)
	if n := ask[int](t, a.db, "SELECT count(*) FROM groups WHERE directory_id = $1", a.in.Directory.ID); list.TotalResults != n {
		t.Errorf("%d groups are listed of %d", list.TotalResults, n)
	}
	for _, g := range list.Resources {
		want := ask[int](t, a.db, "SELECT count(*) FROM memberships WHERE group_id = $1", g.ID)
		var alone struct{ Members []any }
		must(t)(a.client.scim(t.Context(), "GET", "/Groups/"+g.ID, nil)).read(t, &alone)
		var over struct {
			Data struct {
				Group struct {
					MemberCount int
					Members     struct{ TotalCount int }
				}
			}
		}
		must(t)(a.client.graphQL(t.Context(), `query($id: ID!) { group(by: {id: $id}) { memberCount members(first: 1) { totalCount } } }`, map[string]any{"id": g.ID}, "")).read(t, &over)
		if got := over.Data.Group; len(g.Members) != want || len(alone.Members) != want || got.MemberCount != want || got.Members.TotalCount != want {
			t.Errorf("group %s has %d members; a list shows %d, SCIM %d, GraphQL %+v", g.ID, want, len(g.Members), len(alone.Members), got)
		}
	}
}

// checkNesting fails the test for a group that contains itself.
func (a *arena) checkNesting(t *testing.T) {
	t.Helper()
	cycles := ask[int](t, a.db, `WITH RECURSIVE below(top, id) AS (
		SELECT group_id, subgroup_id FROM memberships WHERE subgroup_id IS NOT NULL
		UNION SELECT below.top, m.subgroup_id FROM below JOIN memberships m ON m.group_id = below.id WHERE m.subgroup_id IS NOT NULL
	) SELECT count(*) FROM below WHERE top = id`)
	if cycles != 0 {
		t.Errorf("%d groups contain themselves", cycles)
	}
}
