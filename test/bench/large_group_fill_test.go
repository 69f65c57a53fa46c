package bench_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/viewer"
)

// sqlText is what the databases write differently.
type sqlText struct{ driver, series, number, text, id, json string }

var sqlTexts = map[string]sqlText{
	"sqlite":   {"sqlite", "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s)", "printf('%08x', n)", "id", "%s", "%s"},
	"postgres": {"postgres", "(SELECT n FROM generate_series(1, %d) AS s(n))", "lpad(to_hex(n), 8, '0')", "id::text", "(%s)::uuid", "(%s)::json"},
}

// fill puts n more users, all alike, into the directory, and all of them
// into a group. It writes the rows with a statement for each table: through the
// operations, a million would take a good part of an hour.
func (in *installation) fill(t testing.TB, database string, group uuid.UUID, n int) {
	t.Helper()
	in.settle(t) // what was done so far is counted
	text := sqlTexts[database]
	db := in.raw(t, database)
	defer db.Close()
	tx, err := db.Begin()
	check(t, err)
	if database == "postgres" {
		_, err = tx.Exec("SET LOCAL session_replication_role = replica") // references need no proof here
		check(t, err)
	}
	series := fmt.Sprintf(text.series, n)
	number := text.number
	for _, statement := range []string{
		clone("users", user.Columns, map[string]string{
			"id":          fmt.Sprintf(text.id, number+" || substr("+text.text+", 9)"),
			"user_name":   "'member.' || " + number + " || '@harbor.example'",
			"external_id": "'member.' || " + number,
		}, fmt.Sprintf("(SELECT * FROM users WHERE id = '%s') AS one, %s AS many", in.users[0], series)),
		clone("memberships", membership.Columns, map[string]string{
			"id":          fmt.Sprintf(text.id, "substr("+text.text+", 1, 21) || '06' || substr("+text.text+", 24)"),
			"group_id":    fmt.Sprintf(text.id, "'"+group.String()+"'"),
			"member_id":   "id",
			"user_id":     "id",
			"subgroup_id": "NULL",
		}, "users WHERE user_name_key LIKE 'member.%'"),
		fmt.Sprintf("UPDATE groups SET member_count = member_count + %d WHERE id = '%s'", n, group),
		fmt.Sprintf("UPDATE directory_counts SET user_count = user_count + %[1]d, active_user_count = active_user_count + %[1]d, membership_count = membership_count + %[1]d WHERE directory_id = '%[2]s'", n, in.directory),
	} {
		_, err = tx.Exec(statement)
		check(t, err)
	}
	check(t, tx.Commit())
	in.settle(t)
}

// raw opens the database below the model.
func (in *installation) raw(t testing.TB, database string) *sql.DB {
	t.Helper()
	dsn := in.databaseURL
	if database == "sqlite" {
		dsn = "file:" + strings.TrimPrefix(dsn, "sqlite:") + "?_pragma=busy_timeout(60000)&_pragma=cache_size(-200000)"
	}
	db, err := sql.Open(sqlTexts[database].driver, dsn)
	check(t, err)
	return db
}

// clone inserts rows of a table made of those of from: values gives what is to
// be instead of a column's own value.
func clone(table string, columns []string, values map[string]string, from string) string {
	if name, ok := values["user_name"]; ok {
		values["user_name_key"] = name
	}
	selected := make([]string, len(columns))
	for i, c := range columns {
		selected[i] = c
		if v, ok := values[c]; ok {
			selected[i] = v
		}
	}
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") SELECT " + strings.Join(selected, ", ") + " FROM " + from
}

func (in *installation) settle(t testing.TB) {
	t.Helper()
	db, err := entdb.OpenCurrent(viewer.WithOperator(context.Background()), sqlconn.Config{URL: in.databaseURL})
	check(t, err)
	defer db.Close()
	settle(t, db)
}
