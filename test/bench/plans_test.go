package bench_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	_ "github.com/lib/pq"
	_ "modernc.org/sqlite"
)

// statement is a statement as it is sent.
type statement struct {
	query string
	args  []any
}

type statementsKey struct{}

// noted are the statements of one request, which may send several at once.
type noted struct {
	mu   sync.Mutex
	list []statement
}

// note is a guard that refuses nothing and notes the statements of a context
// that wants them.
func note(ctx context.Context, query string, args []any) error {
	if n, ok := ctx.Value(statementsKey{}).(*noted); ok {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.list = append(n.list, statement{query, args})
	}
	return nil
}

// sent answers a request in this process and returns the statements it sent.
func (in *installation) sent(t *testing.T, r request) []statement {
	t.Helper()
	incoming, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(r.wire)))
	check(t, err)
	w := httptest.NewRecorder()
	var n noted
	in.handler.ServeHTTP(w, incoming.WithContext(context.WithValue(t.Context(), statementsKey{}, &n)))
	check(t, r.judge(w.Code, w.Body.Bytes()))
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.list
}

// An index must lead to the rows, not only in the plan for these values but
// also in the one that PostgreSQL makes once for all values.
func TestPlans(t *testing.T) {
	t.Parallel()
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			in := install(t, database, 1_000, []int{100, 10, 10}, note)
			explanations := openPlanner(t, database, in.databaseURL)
			for _, c := range append(in.planned(), in.ordered(database)...) {
				in.sent(t, in.getUser()) // the key is known again
				in.sent(t, in.graphqlUser())
				statements := in.sent(t, c.request)
				for _, explain := range explanations {
					var plans string
					for _, s := range statements {
						plans += s.query + "\n" + explain(t, s)
					}
					if scanned.MatchString(plans) || !narrowed(plans, c.by) || c.by == "" && sorted.MatchString(strings.ReplaceAll(plans, counted, "")) {
						t.Errorf("%s: want an index on %s\n%s", c.name, c.by, plans)
					}
				}
			}
		})
	}
}

// planned is a request, with the column that an index must narrow for it.
// Where that is empty, an index must give the rows in their order.
type planned struct {
	name, by string
	request
}

// scanned is how a plan looks that reads a large table from end to end, or all
// memberships of a directory.
var scanned = regexp.MustCompile(`(Seq Scan on|SCAN) (users|user_values|groups|memberships|changes)|SEARCH (memberships|user_values) USING .*\((directory_id|company_id)=\?\)`)

// sorted is how a plan looks that sorts.
var sorted = regexp.MustCompile(`Sort Key:|USE TEMP B-TREE FOR ORDER BY`)

// counted is how PostgreSQL sorts the two rows that tell how much a directory
// holds.
const counted = "Sort Key: directory_counts.directory_id"

func narrowed(plan, column string) bool {
	return regexp.MustCompile(`(Index Cond: .*\b|USING .*INDEX .*\(.*\b)` + column + `\b`).MatchString(plan)
}

func (in *installation) planned() []planned {
	list := func(collection, query string) request {
		return in.scim(200, "GET", "/"+collection+"?"+query, "")
	}
	filter := func(collection, f string, args ...any) request {
		return list(collection, "filter="+url.QueryEscape(fmt.Sprintf(f, args...)))
	}
	users := func(args string) request {
		return in.graphql(20, `query($d: ID!) { users(directoryId: $d, `+args+`) { edges { node { id } } } }`, map[string]any{"d": in.directory})
	}
	group := in.groups[0].String()
	cursor := `query($d: ID!, $g: ID!, $a: Cursor) { directory(id: $d) { id } group(by: {id: $g}) { members(first: 20, after: $a) { edges { cursor } } } }`
	return []planned{
		{"read a user", "id", in.getUser()},
		{"userName", "user_name_key", filter("Users", "userName eq %q", userName(7))},
		{"userName starts", "user_name_key", filter("Users", `userName sw "ada.lovelace.00001"`)},
		{"id", "id", filter("Users", `id eq %q`, in.users[7])},
		{"externalId starts", "external_id", filter("Users", `externalId sw "6e3a2f5c-0d6e-4b5f-9a1c-00000000000"`)},
		{"displayName starts", "sort_name", filter("Users", `displayName sw "ada lovelace 00000"`)},
		{"e-mail starts", "value_key", filter("Users", `emails.value sw "ada.lovelace.00001"`)},
		{"e-mail of any kind", "value_key", filter("Users", "emails eq %q", userName(7))},
		{"work e-mail starts", "value_key", filter("Users", `emails[type eq "work" and value sw "ada.lovelace.00001"]`)},
		{"group's displayName starts", "display_name_key", filter("Groups", `displayName sw "crew 2"`)},
		{"groups of a member", "member_id", filter("Groups", `members.value eq %q`, in.users[5])},
		{"members of a group", "group_id", filter("Users", `groups eq %q`, group)},
		{"location", "id", filter("Users", `meta.location eq %q`, "http://"+in.address+"/v2/Users/"+in.users[7].String())},
		{"externalId", "external_id", filter("Users", `externalId eq "6e3a2f5c-0d6e-4b5f-9a1c-000000000007"`)},
		{"displayName", "sort_name", filter("Users", `displayName eq "Ada Lovelace 000007"`)},
		{"e-mail", "value_key", filter("Users", "emails.value eq %q", userName(7))},
		{"work e-mail", "value_key", filter("Users", `emails[type eq "work"].value eq %q`, userName(7))},
		{"manager", "manager", filter("Users", `manager eq %q`, in.users[0])},
		{"group's displayName", "display_name_key", filter("Groups", `displayName eq "Crew 2"`)},
		{"group's externalId", "external_id", filter("Groups", `externalId eq "x"`)},
		{"count of users", "", list("Users", "count=0")},
		{"GraphQL page by name", "", users("first: 20, orderBy: {field: NAME}")},
		{"GraphQL e-mail", "value_key", users(fmt.Sprintf(`first: 1, where: {email: %q}`, userName(7)))},
		{"GraphQL userName", "user_name_key", users(fmt.Sprintf(`first: 1, where: {userName: %q}`, userName(7)))},
		{"GraphQL userName in the company", "user_name_key", in.graphql(20, fmt.Sprintf(`{ users(first: 1, where: {userName: %q}) { edges { node { id } } } }`, userName(7)), nil)},
		{"GraphQL page of the company", "", in.graphql(20, `{ users(first: 20) { edges { node { id } } } }`, nil)},
		{"GraphQL user", "id", in.graphqlUser()},
		{"letters of members", "group_id", in.graphql(20, `query($g: ID!) { memberLetters(groupId: $g) { letters { count } } }`, map[string]any{"g": in.groups[1]})},
		{"search", "value_key", in.search("lovel 000007", true)},
		{"search in the company", "value_key", in.search("ada 000007", false)},
		{"search with a typo", "value_key", in.search("lovelaec 000007", true)},
		{"search by phone", "value_key", in.search("+41 44 000 00 07", true)},
		{"groups by name", "display_name_key", in.graphql(100, `query($d: ID!) { users: groups(directoryId: $d, query: "crew 2") { edges { node { id } } } }`, map[string]any{"d": in.directory})},
		{"add members", "id", in.scim(204, "PATCH", "/Groups/"+in.groups[2].String(), patchOp("Add", "members", values(in.users[990:])))},
		{"remove members", "member_id", in.scim(204, "PATCH", "/Groups/"+in.groups[2].String(), patchOp("Remove", "members", values(in.users[990:])))},
		{"members", "group_id", list("Groups/"+group, "attributes=members")},
		{"GraphQL members", "", in.graphql(20, cursor, map[string]any{"d": in.directory, "g": group})},
		{"groups of a user", "", in.graphql(20, `query($id: ID!) { user(by: {id: $id}) { groups(first: 10) { edges { cursor } } } }`, map[string]any{"id": in.users[5]})},
		{"first page", "", in.firstPage()},
		{"next page", "", in.page(101)},
		{"page by number", "", in.page(500)},
	}
}

// clones makes the tables large: with few rows PostgreSQL is right to read them
// all. SQLite plans without looking.
const clones = `
SET session_replication_role = replica; -- references need no proof here
INSERT INTO users SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'user_name_key', 'clone' || n,
  'external_id', 'clone' || n, 'manager', 'clone' || n % 1000, 'sort_name', 'clone' || n, 'active', n % 10 > 0, 'updated_at', now() - n * interval '1 s'))).*
  FROM (SELECT users AS r FROM users LIMIT 1) AS one, generate_series(1, 10000) AS n;
INSERT INTO user_values SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'user_id', users.id, 'value_key', user_name_key))).*
  FROM (SELECT user_values AS r FROM user_values LIMIT 1) AS one, users;
INSERT INTO groups SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'display_name_key', 'clone' || n, 'external_id', 'clone' || n, 'member_count', n % 100, 'updated_at', now() - n * interval '1 s'))).*
  FROM (SELECT groups AS r FROM groups LIMIT 1) AS one, generate_series(1, 1000) AS n;
INSERT INTO memberships SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'group_id', g.id, 'member_id', u.id, 'user_id', u.id))).*
  FROM (SELECT memberships AS r FROM memberships LIMIT 1) AS one,
       (SELECT id, display_name_key AS name FROM groups) AS g JOIN
       (SELECT id, 'clone' || (substr(user_name_key, 6)::int / 20) AS name FROM users WHERE user_name_key LIKE 'clone%') AS u USING (name);
INSERT INTO changes SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'position', 1000 + n))).*
  FROM (SELECT changes AS r FROM changes LIMIT 1) AS one, generate_series(1, 10000) AS n;`

// explanation gives the plan of a statement.
type explanation func(*testing.T, statement) string

// openPlanner returns all ways in which the database may plan a statement.
func openPlanner(t *testing.T, database, url string) []explanation {
	t.Helper()
	driver, dsn, prefix := "postgres", url, "EXPLAIN "
	if database == "sqlite" {
		driver, dsn, prefix = database, "file:"+strings.TrimPrefix(url, "sqlite:"), "EXPLAIN QUERY PLAN "
	}
	db, err := sql.Open(driver, dsn)
	check(t, err)
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	these := func(t *testing.T, s statement) string { return planText(t, db, prefix+s.query, s.args...) }
	if database == "sqlite" {
		return []explanation{these}
	}
	for _, statement := range []string{clones, "ANALYZE", "SET plan_cache_mode = force_generic_plan"} {
		_, err = db.Exec(statement)
		check(t, err)
	}
	return []explanation{these, func(t *testing.T, s statement) string {
		_, err := db.Exec("PREPARE any_values AS " + s.query)
		check(t, err)
		execute := "EXPLAIN EXECUTE any_values"
		if n := len(s.args); n > 0 {
			execute += "(" + strings.Repeat("NULL, ", n-1) + "NULL)"
		}
		defer db.Exec("DEALLOCATE any_values")
		return planText(t, db, execute)
	}}
}

// planText returns the last column of a plan's rows.
func planText(t *testing.T, db *sql.DB, query string, args ...any) string {
	t.Helper()
	rows, err := db.Query(query, args...)
	check(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	check(t, err)
	row := make([]any, len(columns))
	for i := range row {
		row[i] = new(sql.RawBytes)
	}
	var text strings.Builder
	for rows.Next() {
		check(t, rows.Scan(row...))
		fmt.Fprintf(&text, "%s\n", *row[len(row)-1].(*sql.RawBytes))
	}
	check(t, rows.Err())
	return text.String()
}
