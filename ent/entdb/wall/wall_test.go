package wall_test

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb/wall"
)

var (
	acme    = uuid.MustParse("018f0000-0000-7000-8000-00000000000a")
	people  = uuid.MustParse("018f0000-0000-7000-8000-0000000000d1")
	foreign = uuid.MustParse("018f0000-0000-7000-8000-00000000000f")

	inCompany   = wall.Tenant{CompanyID: acme, Known: true}
	inDirectory = wall.Tenant{CompanyID: acme, DirectoryID: people, Known: true}
)

func newWall() *wall.Wall {
	both := wall.Table{Company: "company_id", Directory: "directory_id"}
	return wall.New(map[string]wall.Table{
		"companies":   {Company: "id"},
		"accounts":    {Company: "company_id"},
		"directories": {Company: "company_id", Directory: "id"},
		"users":       both,
		"groups":      both,
		"memberships": both,
	})
}

// argument makes arguments of a pattern: d and c are the viewer's directory and
// company, f is another's, x is anything else.
func arguments(pattern string) []any {
	args := make([]any, 0, len(pattern))
	for _, r := range pattern {
		switch r {
		case 'd':
			args = append(args, people.String())
		case 'c':
			args = append(args, acme.String())
		case 'f':
			args = append(args, foreign.String())
		default:
			args = append(args, "x")
		}
	}
	return args
}

// sqlite writes a PostgreSQL statement whose parameters are in order as ent
// writes it for SQLite.
func sqlite(query string) string {
	query = strings.ReplaceAll(query, `"`, "`")
	for n := 30; n > 0; n-- {
		query = strings.ReplaceAll(query, fmt.Sprintf("$%d", n), "?")
	}
	return query
}

// Statements as ent writes them, for the directory's viewer.
var allowed = map[string]struct{ query, args string }{
	"a query":            {`SELECT "users"."id", "users"."user_name" FROM "users" WHERE "users"."directory_id" = $1 AND "users"."id" = $2 LIMIT 2`, "dx"},
	"the value first":    {`SELECT "id" FROM "users" WHERE $1 = "directory_id"`, "d"},
	"unqualified":        {`SELECT "id" FROM "users" WHERE "active" AND "directory_id" = $1 ORDER BY "id" DESC LIMIT 10 OFFSET 5`, "d"},
	"with a schema":      {`SELECT "id" FROM "feddir"."users" WHERE "feddir"."users"."directory_id" = $1`, "d"},
	"with an alias":      {`SELECT "t1"."id" FROM "users" AS "t1" WHERE "t1"."directory_id" = $1`, "d"},
	"without quotes":     {`select id from users u where u.directory_id = $1`, "d"},
	"in parentheses":     {`SELECT "id" FROM "users" WHERE ("users"."directory_id" = $1 AND ("users"."id" > $2 OR "users"."active"))`, "dx"},
	"beside an OR":       {`SELECT "id" FROM "users" WHERE "users"."directory_id" = $1 AND ("a" = $2 OR "b" = $3)`, "dxx"},
	"in a list of one":   {`SELECT "id" FROM "users" WHERE "users"."directory_id" IN ($1) AND "users"."id" IN ($2, $3)`, "dxx"},
	"after BETWEEN":      {`SELECT "id" FROM "users" WHERE "n" BETWEEN $1 AND $2 AND "directory_id" = $3`, "xxd"},
	"after CASE":         {`SELECT "id" FROM "users" WHERE CASE WHEN "a" AND "b" OR "c" THEN 1 ELSE 0 END = $1 AND "directory_id" = $2`, "xd"},
	"a count":            {`SELECT COUNT(DISTINCT "users"."id") FROM "users" WHERE "users"."directory_id" = $1`, "d"},
	"a filtered count":   {`SELECT COUNT(*) FILTER (WHERE "active") FROM "users" WHERE "directory_id" = $1`, "d"},
	"groups":             {`SELECT "title", COUNT(*) FROM "users" WHERE "directory_id" = $1 GROUP BY "title" HAVING COUNT(*) > $2`, "dx"},
	"existence":          {`SELECT EXISTS (SELECT 1 FROM "users" WHERE "users"."directory_id" = $1)`, "d"},
	"a lock":             {`SELECT "id" FROM "users" WHERE "directory_id" = $1 FOR NO KEY UPDATE OF "users" SKIP LOCKED`, "d"},
	"IS DISTINCT FROM":   {`SELECT "id" FROM "users" WHERE "a" IS NOT DISTINCT FROM $1 AND "directory_id" = $2`, "xd"},
	"a join":             {`SELECT "users"."id" FROM "users" JOIN "memberships" AS "t1" ON "users"."id" = "t1"."user_id" AND "t1"."directory_id" = "users"."directory_id" WHERE "users"."directory_id" = $1`, "d"},
	"both bound":         {`SELECT "users"."id" FROM "users" JOIN "memberships" AS "t1" ON "users"."id" = "t1"."user_id" WHERE "users"."directory_id" = $1 AND "t1"."directory_id" = $2`, "dd"},
	"a left join":        {`SELECT "users"."id" FROM "users" LEFT JOIN "memberships" AS "t1" ON "users"."id" = "t1"."user_id" AND "t1"."directory_id" = "users"."directory_id" WHERE "users"."directory_id" = $1`, "d"},
	"a chain of joins":   {`SELECT 1 FROM "users" AS "a" JOIN "memberships" AS "b" ON "a"."directory_id" = "b"."directory_id" JOIN "groups" AS "c" ON "b"."directory_id" = "c"."directory_id" WHERE "c"."directory_id" = $1`, "d"},
	"a joined select":    {`SELECT "groups"."id" FROM "groups" JOIN (SELECT "memberships"."group_id" FROM "memberships" WHERE "memberships"."directory_id" = $1 AND "memberships"."user_id" = $2) AS "t1" ON "groups"."id" = "t1"."group_id" WHERE "groups"."directory_id" = $3`, "dxd"},
	"a directory's id":   {`SELECT "users"."id" FROM "users" JOIN "directories" AS "t1" ON "users"."directory_id" = "t1"."id" WHERE "t1"."id" = $1`, "d"},
	"a sub-select":       {`SELECT "id" FROM "users" WHERE "users"."directory_id" = $1 AND "users"."id" IN (SELECT "memberships"."user_id" FROM "memberships" WHERE "memberships"."directory_id" = $2)`, "dd"},
	"a correlated one":   {`SELECT "id" FROM "users" WHERE "users"."directory_id" = $1 AND NOT EXISTS (SELECT "t1"."id" FROM "memberships" AS "t1" WHERE "t1"."user_id" = "users"."id" AND "t1"."directory_id" = "users"."directory_id")`, "d"},
	"a union":            {`(SELECT "id" FROM "users" WHERE "directory_id" = $1 LIMIT 1) UNION ALL (SELECT "id" FROM "groups" WHERE "directory_id" = $2 LIMIT 1) ORDER BY 1 LIMIT 3`, "dd"},
	"a union as a table": {`SELECT * FROM ((SELECT "id" FROM "users" WHERE "directory_id" = $1) UNION ALL (SELECT "id" FROM "groups" WHERE "directory_id" = $2)) AS "t"`, "dd"},
	"a common table":     {`WITH "src" AS (SELECT *, (ROW_NUMBER() OVER (PARTITION BY "group_id" ORDER BY "id")) AS "n" FROM "memberships" WHERE "directory_id" = $1) SELECT "id" FROM "src" AS "memberships_page" WHERE "n" <= $2`, "dx"},
	"recursion":          {`WITH RECURSIVE "tree" ("id") AS (SELECT "id" FROM "users" WHERE "directory_id" = $1 AND "id" = $2 UNION ALL SELECT "u"."id" FROM "users" AS "u" JOIN "tree" ON "u"."manager" = "tree"."id" WHERE "u"."directory_id" = $3) SELECT * FROM "tree"`, "dxd"},
	"json":               {`SELECT "id" FROM "users" WHERE "directory_id" = $1 AND EXISTS (SELECT 1 FROM json_each("users"."emails") AS "e" WHERE "e"."value" ->> 'value' = $2)`, "dx"},
	"an update":          {`UPDATE "users" SET "title" = $1, "version" = "users"."version" + 1 WHERE "users"."directory_id" = $2 AND "id" = $3`, "xdx"},
	"an update in place": {`UPDATE "users" SET "directory_id" = $1, "title" = (SELECT "title" FROM "groups" WHERE "directory_id" = $2) WHERE "directory_id" = $3 RETURNING "id"`, "ddd"},
	"an update from":     {`UPDATE "users" SET "title" = "g"."title" FROM "groups" AS "g" WHERE "users"."directory_id" = $1 AND "g"."directory_id" = "users"."directory_id"`, "d"},
	"a delete":           {`DELETE FROM "memberships" WHERE "memberships"."directory_id" = $1 AND "id" IN ($2, $3)`, "dxx"},
	"a delete using":     {`DELETE FROM "memberships" USING "users" WHERE "users"."directory_id" = $1 AND "memberships"."directory_id" = "users"."directory_id"`, "d"},
	"an insert":          {`INSERT INTO "users" ("user_name", "company_id", "directory_id") VALUES ($1, $2, $3) RETURNING "id"`, "xcd"},
	"a bulk insert":      {`INSERT INTO "users" ("directory_id", "user_name", "title") VALUES ($1, $2, NULL), ($3, $4, lower($5))`, "dxdxx"},
	"insert or nothing":  {`INSERT INTO "users" ("id", "directory_id") VALUES ($1, $2) ON CONFLICT DO NOTHING`, "xd"},
	"an upsert":          {`INSERT INTO "users" ("user_name", "directory_id") VALUES ($1, $2) ON CONFLICT ("directory_id", "user_name") DO UPDATE SET "directory_id" = "excluded"."directory_id", "title" = "excluded"."title"`, "xd"},
	"an upsert kept":     {`INSERT INTO "users" ("user_name", "directory_id") VALUES ($1, $2) ON CONFLICT ("directory_id", "user_name") WHERE "active" DO UPDATE SET "directory_id" = "users"."directory_id" RETURNING "id"`, "xd"},
	"an upsert where":    {`INSERT INTO "users" ("id", "directory_id") VALUES ($1, $2) ON CONFLICT ("id") DO UPDATE SET "title" = $3 WHERE "users"."directory_id" = $4`, "xdxd"},
	"an insert select":   {`INSERT INTO "memberships" ("directory_id", "user_id") SELECT "users"."directory_id", "users"."id" FROM "users" WHERE "users"."directory_id" = $1`, "d"},
	"with an argument":   {`INSERT INTO "memberships" ("directory_id", "user_id") SELECT $1, "users"."id" FROM "users" WHERE "users"."directory_id" = $2 ON CONFLICT DO NOTHING`, "dd"},
	"a changing table":   {`WITH "gone" AS (DELETE FROM "users" WHERE "directory_id" = $1 RETURNING "id") SELECT COUNT(*) FROM "gone"`, "d"},
	"accounts":           {`SELECT "id" FROM "accounts" WHERE "company_id" = $1`, "c"},
	"its own company":    {`SELECT "name" FROM "companies" WHERE "id" = $1`, "c"},
	"no company's table": {`SELECT "key" FROM "settings" WHERE "key" = $1`, "x"},
	"no table":           {`SELECT 1`, ""},
	"a definition":       {`CREATE TABLE "users" ("id" text, "directory_id" text REFERENCES "directories" ("id") ON DELETE CASCADE)`, ""},
	"an index":           {`CREATE UNIQUE INDEX "i" ON "users" ("directory_id") WHERE "active"`, ""},
	"a transaction":      {`BEGIN`, ""},
	"something unknown":  {`FROBNICATE [x] -- "settings"`, ""},
}

func TestAllowed(t *testing.T) {
	t.Parallel()
	for name, c := range allowed {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, query := range []string{c.query, sqlite(c.query)} {
				if err := newWall().Check(query, arguments(c.args), inDirectory); err != nil {
					t.Errorf("%v: %s", err, query)
				}
			}
		})
	}
}

// Every value a statement binds decides: with another's in its place the same
// statement is refused.
func TestForeignValuesAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range allowed {
		args := strings.NewReplacer("d", "f", "c", "f").Replace(c.args)
		if args == c.args {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWall()
			refused(t, w.Check(c.query, arguments(args), inDirectory))
			refused(t, w.Check(sqlite(c.query), arguments(args), inDirectory))
			refused(t, w.Check(c.query, arguments(c.args), wall.Tenant{}))
			refused(t, w.Check(c.query, arguments(c.args), wall.Tenant{Known: true}))
			refused(t, w.Check(c.query, nil, inDirectory))
			if err := w.Check(c.query, arguments(args), wall.Tenant{Exempt: true}); err != nil {
				t.Errorf("exempt: %v", err)
			}
		})
	}
}

// One foreign value among several own ones is enough.
func TestEachValueIsChecked(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"both bound", "a joined select", "a sub-select", "a union", "a union as a table", "recursion",
		"an update in place", "an insert", "a bulk insert", "an upsert where", "with an argument",
	} {
		c := allowed[name]
		for i := range c.args {
			if c.args[i] == 'x' {
				continue
			}
			t.Run(fmt.Sprint(name, i), func(t *testing.T) {
				t.Parallel()
				refused(t, newWall().Check(c.query, arguments(c.args[:i]+"f"+c.args[i+1:]), inDirectory))
			})
		}
	}
}

// Statements that reach rows nobody bound. All arguments are the viewer's own.
var holes = map[string]string{
	"no condition":              `SELECT "id" FROM "users"`,
	"another column":            `SELECT "id" FROM "users" WHERE "users"."id" = $1`,
	"under OR":                  `SELECT "id" FROM "users" WHERE "directory_id" = $1 OR "active"`,
	"under OR in parentheses":   `SELECT "id" FROM "users" WHERE ("directory_id" = $1 OR "active")`,
	"AND under OR":              `SELECT "id" FROM "users" WHERE "active" OR "id" = $1 AND "directory_id" = $2`,
	"under NOT":                 `SELECT "id" FROM "users" WHERE NOT "directory_id" = $1`,
	"under NOT in parentheses":  `SELECT "id" FROM "users" WHERE NOT ("active" AND "directory_id" = $1)`,
	"compared again":            `SELECT "id" FROM "users" WHERE ("directory_id" = $1) = false`,
	"unequal":                   `SELECT "id" FROM "users" WHERE "directory_id" <> $1`,
	"at least":                  `SELECT "id" FROM "users" WHERE "directory_id" >= $1`,
	"LIKE":                      `SELECT "id" FROM "users" WHERE "directory_id" LIKE $1`,
	"of a function":             `SELECT "id" FROM "users" WHERE lower("directory_id") = $1`,
	"with an expression":        `SELECT "id" FROM "users" WHERE "directory_id" = $1 || 'x'`,
	"with a literal":            `SELECT "id" FROM "users" WHERE "directory_id" = '018f0000-0000-7000-8000-0000000000d1'`,
	"with itself":               `SELECT "id" FROM "users" WHERE "directory_id" = "directory_id"`,
	"NOT IN":                    `SELECT "id" FROM "users" WHERE "directory_id" NOT IN ($1)`,
	"IN with a select":          `SELECT "id" FROM "users" WHERE "directory_id" IN (SELECT $1)`,
	"in a CASE":                 `SELECT "id" FROM "users" WHERE CASE WHEN "a" AND "directory_id" = $1 AND "b" THEN true ELSE true END`,
	"in a BETWEEN":              `SELECT "id" FROM "users" WHERE "n" BETWEEN 0 AND "directory_id" = $1`,
	"in HAVING":                 `SELECT "directory_id" FROM "users" GROUP BY "directory_id" HAVING "directory_id" = $1`,
	"in the list":               `SELECT "directory_id" = $1 FROM "users"`,
	"in ORDER BY":               `SELECT "id" FROM "users" ORDER BY "directory_id" = $1`,
	"in a FILTER":               `SELECT COUNT(*) FILTER (WHERE "directory_id" = $1) FROM "users"`,
	"of the other table":        `SELECT 1 FROM "users" JOIN "groups" ON "users"."x" = "groups"."x" WHERE "groups"."directory_id" = $1`,
	"a cross product":           `SELECT 1 FROM "users", "groups" WHERE "users"."directory_id" = $1`,
	"unqualified among two":     `SELECT 1 FROM "users", "groups" WHERE "directory_id" = $1 AND "groups"."directory_id" = $2`,
	"two of one name":           `SELECT 1 FROM "users" AS "t", "groups" AS "t" WHERE "t"."directory_id" = $1`,
	"an outer join's left":      `SELECT 1 FROM "users" LEFT JOIN "groups" ON "users"."directory_id" = $1 AND "groups"."directory_id" = $2`,
	"tied by an outer join":     `SELECT 1 FROM "users" LEFT JOIN "groups" ON "users"."directory_id" = "groups"."directory_id" AND "groups"."directory_id" = $1`,
	"a right join":              `SELECT 1 FROM "users" RIGHT JOIN "groups" ON "groups"."directory_id" = "users"."directory_id" WHERE "users"."id" = $1`,
	"a right join's condition":  `SELECT 1 FROM "users" RIGHT JOIN "groups" ON "users"."directory_id" = $1 AND "groups"."directory_id" = $2`,
	"a full join":               `SELECT 1 FROM "users" FULL OUTER JOIN "groups" ON "users"."directory_id" = $1 AND "groups"."directory_id" = $2`,
	"USING":                     `SELECT 1 FROM "users" JOIN "groups" USING ("directory_id") WHERE "users"."directory_id" = $1`,
	"NATURAL":                   `SELECT 1 FROM "users" NATURAL JOIN "groups" WHERE "users"."directory_id" = $1`,
	"a join in parentheses":     `SELECT 1 FROM ("users" JOIN "groups" ON "users"."directory_id" = $1)`,
	"a sub-select":              `SELECT "id" FROM "users" WHERE "directory_id" = $1 AND "id" IN (SELECT "user_id" FROM "memberships" WHERE "group_id" = $2)`,
	"a sub-select in a list":    `SELECT (SELECT COUNT(*) FROM "memberships") FROM "users" WHERE "directory_id" = $1`,
	"a sub-select in a sum":     `SELECT 1 + ((SELECT COUNT(*) FROM "memberships") + 1) FROM "users" WHERE "directory_id" = $1`,
	"a sub-select in ORDER BY":  `SELECT "id" FROM "users" WHERE "directory_id" = $1 ORDER BY (SELECT COUNT(*) FROM "memberships")`,
	"a sub-select in LIMIT":     `SELECT "id" FROM "users" WHERE "directory_id" = $1 LIMIT (SELECT COUNT(*) FROM "memberships")`,
	"a sub-select in ON":        `SELECT 1 FROM "users" JOIN "settings" ON "settings"."n" = (SELECT COUNT(*) FROM "memberships") WHERE "users"."directory_id" = $1`,
	"a sub-select in arguments": `SELECT json_array((SELECT "id" FROM "memberships")) FROM "users" WHERE "directory_id" = $1`,
	"a table function":          `SELECT 1 FROM json_each((SELECT "id" FROM "memberships")) AS "t"`,
	"bound by a sub-select":     `SELECT "id" FROM "users" WHERE EXISTS (SELECT 1 FROM "groups" WHERE "users"."directory_id" = $1 AND "groups"."directory_id" = $2)`,
	"tied to the unbound":       `SELECT "id" FROM "users" WHERE EXISTS (SELECT 1 FROM "groups" WHERE "groups"."directory_id" = "users"."directory_id")`,
	"a derived table":           `SELECT * FROM (SELECT * FROM "users") AS "t" WHERE "t"."directory_id" = $1`,
	"a derived table's name":    `SELECT * FROM (SELECT * FROM "users") AS "users" WHERE "users"."directory_id" = $1`,
	"a lateral one":             `SELECT 1 FROM "users", LATERAL (SELECT * FROM "groups") AS "g" WHERE "users"."directory_id" = $1`,
	"a union's second":          `SELECT "id" FROM "users" WHERE "directory_id" = $1 UNION ALL SELECT "id" FROM "groups"`,
	"a union in an expression":  `SELECT 1 WHERE 1 IN ((SELECT 1) UNION SELECT "id" FROM "groups")`,
	"a union's parentheses":     `(SELECT "id" FROM "users" WHERE "directory_id" = $1) UNION ALL (SELECT "id" FROM "groups")`,
	"a common table":            `WITH "t" AS (SELECT * FROM "users") SELECT * FROM "t" WHERE "directory_id" = $1`,
	"recursion":                 `WITH RECURSIVE "t" AS (SELECT "id" FROM "users" WHERE "directory_id" = $1 UNION ALL SELECT "u"."id" FROM "users" AS "u" JOIN "t" ON "u"."manager" = "t"."id") SELECT * FROM "t"`,
	"a changing common table":   `WITH "t" AS (DELETE FROM "users" RETURNING *) SELECT 1`,
	"TABLE":                     `TABLE "users"`,
	"SQLite's IN":               `SELECT "id" FROM "groups" WHERE "directory_id" = $1 AND "id" IN "users"`,
	"VALUES":                    `VALUES ((SELECT "id" FROM "users"))`,
	"renamed columns":           `SELECT * FROM "users" AS "t" ("directory_id", "id") WHERE "t"."directory_id" = $1`,
	"two statements":            `SELECT "id" FROM "users" WHERE "directory_id" = $1; DELETE FROM "users"`,
	"a comment":                 `SELECT "id" FROM "users" --` + "\n" + ` WHERE "directory_id" = $1`,
	"a block comment":           `SELECT "id" FROM "users" /* WHERE "directory_id" = $1 */`,
	"an escaped string":         `SELECT "id" FROM "users" WHERE "a" = E'\' AND "directory_id" = $1`,
	"a dollar quote":            `SELECT $$x$$ FROM "users" WHERE "directory_id" = $1`,
	"an escaped identifier":     `SELECT 1 FROM U&"\0075sers", "users"`,
	"brackets":                  `SELECT 1 FROM [users]`,
	"a named parameter":         `SELECT 1 FROM "users" WHERE "directory_id" = :directory`,
	"an open string":            `SELECT 'x FROM "users" WHERE "directory_id" = $1`,
	"parentheses open":          `SELECT ( FROM "users" WHERE "directory_id" = $1`,
	"parentheses closed":        `SELECT 1 FROM "users" WHERE "directory_id" = $1)`,
	"another case":              `SELECT "id" FROM "Users"`,
	"an update":                 `UPDATE "users" SET "title" = $1`,
	"an update by id":           `UPDATE "users" SET "title" = $1 WHERE "id" = $2`,
	"an update or replace":      `UPDATE OR REPLACE "users" SET "title" = $1 WHERE "directory_id" = $2`,
	"an update's source":        `UPDATE "users" SET "title" = "g"."t" FROM "groups" AS "g" WHERE "users"."directory_id" = $1`,
	"an update's sub-select":    `UPDATE "users" SET "title" = (SELECT MAX("t") FROM "groups") WHERE "directory_id" = $1`,
	"an update to an unknown":   `UPDATE "users" SET "directory_id" = lower($1) WHERE "directory_id" = $2`,
	"an update to a column":     `UPDATE "users" SET "directory_id" = "title" WHERE "directory_id" = $1`,
	"an update of a row":        `UPDATE "users" SET ("title", "directory_id") = ($1, $2) WHERE "directory_id" = $3`,
	"a delete":                  `DELETE FROM "users"`,
	"a delete's source":         `DELETE FROM "users" USING "groups" WHERE "users"."directory_id" = $1`,
	"a returned sub-select":     `DELETE FROM "users" WHERE "directory_id" = $1 RETURNING (SELECT COUNT(*) FROM "groups")`,
	"an insert without it":      `INSERT INTO "users" ("user_name") VALUES ($1)`,
	"an insert without names":   `INSERT INTO "users" VALUES ($1, $2)`,
	"an insert of defaults":     `INSERT INTO "users" DEFAULT VALUES`,
	"an insert of a default":    `INSERT INTO "users" ("directory_id") VALUES (DEFAULT)`,
	"an insert of a function":   `INSERT INTO "users" ("directory_id") VALUES (lower($1))`,
	"an insert's second row":    `INSERT INTO "users" ("directory_id", "id") VALUES ($1, $2), ('x', $3)`,
	"an insert's row too short": `INSERT INTO "users" ("id", "directory_id") VALUES ($1, $2), ($3)`,
	"an insert's sub-select":    `INSERT INTO "users" ("directory_id", "n") VALUES ($1, (SELECT COUNT(*) FROM "groups"))`,
	"insert or replace":         `INSERT OR REPLACE INTO "users" ("id", "directory_id") VALUES ($1, $2)`,
	"replace":                   `REPLACE INTO "users" ("id", "directory_id") VALUES ($1, $2)`,
	"an insert select":          `INSERT INTO "memberships" ("directory_id") SELECT "users"."title" FROM "users" WHERE "users"."directory_id" = $1`,
	"an insert's source":        `INSERT INTO "memberships" ("directory_id") SELECT $1 FROM "users"`,
	"an insert's union":         `INSERT INTO "memberships" ("directory_id") SELECT $1 UNION SELECT 'x'`,
	"an upsert by id":           `INSERT INTO "users" ("id", "directory_id") VALUES ($1, $2) ON CONFLICT ("id") DO UPDATE SET "title" = "excluded"."title"`,
	"an upsert by a name":       `INSERT INTO "users" ("id", "directory_id") VALUES ($1, $2) ON CONFLICT ON CONSTRAINT "c" DO UPDATE SET "title" = $3`,
	"an upsert to elsewhere":    `INSERT INTO "users" ("id", "directory_id") VALUES ($1, $2) ON CONFLICT ("directory_id", "id") DO UPDATE SET "company_id" = lower($3)`,
	"an upsert to a column":     `INSERT INTO "users" ("id", "directory_id") VALUES ($1, $2) ON CONFLICT ("directory_id", "id") DO UPDATE SET "company_id" = "excluded"."title"`,
	"an index's condition":      `INSERT INTO "users" ("id", "directory_id") VALUES ($1, $2) ON CONFLICT ("id") WHERE "directory_id" = $3 DO UPDATE SET "title" = $4`,
	"a definition of a select":  `CREATE TABLE "t" AS SELECT * FROM "users"`,
	"a definition of a table":   `CREATE TABLE "t" AS TABLE "users"`,
	"a definition and more":     `DROP TABLE "t"; DELETE FROM "users"`,
	"truncation":                `TRUNCATE "users"`,
	"a copy":                    `COPY "users" TO STDOUT`,
	"an explanation":            `EXPLAIN ANALYZE DELETE FROM "users" WHERE "directory_id" = $1`,
	"a merge":                   `MERGE INTO "users" USING "groups" ON true WHEN MATCHED THEN DELETE`,
	"too deep":                  `SELECT ` + strings.Repeat("(", 10_000) + `1` + strings.Repeat(")", 10_000) + ` FROM "users" WHERE "directory_id" = $1`,
	"selects too deep":          strings.Repeat(`SELECT * FROM (`, 10_000) + `SELECT * FROM "users"` + strings.Repeat(`) AS "t"`, 10_000),
}

func TestHolesAreRefused(t *testing.T) {
	t.Parallel()
	for name, query := range holes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, q := range []string{query, sqlite(query)} {
				w := newWall()
				refused(t, w.Check(q, arguments("dddd"), inDirectory))
				refused(t, w.Check(q, arguments("cccc"), inCompany))
			}
		})
	}
}

// A company's viewer must bind the company: any directory can be named.
func TestCompanyViewer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		query, args string
		ok          bool
	}{
		"the company":           {`SELECT "id" FROM "users" WHERE "company_id" = $1`, "c", true},
		"another":               {`SELECT "id" FROM "users" WHERE "company_id" = $1`, "f", false},
		"company and directory": {`SELECT "id" FROM "users" WHERE "company_id" = $1 AND "directory_id" = $2`, "cd", true},
		"the directory only":    {`SELECT "id" FROM "users" WHERE "directory_id" = $1`, "d", false},
		"its directories":       {`SELECT "users"."id" FROM "users" JOIN "directories" AS "d" ON "d"."company_id" = "users"."company_id" WHERE "d"."company_id" = $1`, "c", true},
		"an insert":             {`INSERT INTO "users" ("company_id", "directory_id") VALUES ($1, $2)`, "cd", true},
		"into another":          {`INSERT INTO "users" ("company_id", "directory_id") VALUES ($1, $2)`, "fd", false},
		"without the company":   {`INSERT INTO "users" ("directory_id") VALUES ($1)`, "d", false},
		"an upsert elsewhere":   {`INSERT INTO "users" ("company_id", "directory_id", "id") VALUES ($1, $2, $3) ON CONFLICT ("directory_id", "id") DO UPDATE SET "title" = $4`, "cfxx", false},
		"an upsert":             {`INSERT INTO "users" ("company_id", "directory_id", "id") VALUES ($1, $2, $3) ON CONFLICT ("directory_id", "id") DO UPDATE SET "title" = $4 WHERE "users"."company_id" = "excluded"."company_id"`, "cdxx", true},
		"a move":                {`UPDATE "users" SET "directory_id" = $1 WHERE "company_id" = $2`, "fc", false},
		"a gift":                {`UPDATE "users" SET "company_id" = $1 WHERE "company_id" = $2`, "fc", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := newWall().Check(c.query, arguments(c.args), inCompany)
			if c.ok != (err == nil) {
				t.Errorf("%v", err)
			}
		})
	}
}

// A directory's viewer must bind the directory; a row inserted must be the
// company's too.
func TestDirectoryViewerIsNotTheCompany(t *testing.T) {
	t.Parallel()
	w := newWall()
	refused(t, w.Check(`SELECT "id" FROM "users" WHERE "company_id" = $1`, arguments("c"), inDirectory))
	refused(t, w.Check(`INSERT INTO "users" ("company_id", "directory_id") VALUES ($1, $2)`, arguments("fd"), inDirectory))
	refused(t, w.Check(`INSERT INTO "users" ("company_id") VALUES ($1)`, arguments("c"), inDirectory))
}

func TestCastsAndOperators(t *testing.T) {
	t.Parallel()
	w := newWall()
	for _, query := range []string{
		`SELECT "id" FROM "users" WHERE "directory_id" = $1::uuid AND "emails" ? 'x' AND "emails" @> '[{}]'::jsonb AND "n" = -1 AND "a" #>> '{b}' = 'c'`,
		`SELECT "id" FROM "users" WHERE "directory_id" = $1 AND "id" = ANY(ARRAY(SELECT 'x'))`,
	} {
		if err := w.Check(query, arguments("d"), inDirectory); err != nil {
			t.Errorf("%v: %s", err, query)
		}
	}
}

type id [16]byte

func TestFormsOfAnArgument(t *testing.T) {
	t.Parallel()
	text := people.String()
	var valuer driver.Valuer = people
	for i, own := range []any{
		people, &people, text, &text, strings.ToUpper(text), [16]byte(people), id(people), people[:], []byte(text), valuer,
		sql.Named("d", people), driver.NamedValue{Ordinal: 1, Value: text}, sql.NullString{String: text, Valid: true},
		uuid.NullUUID{UUID: people, Valid: true},
	} {
		if err := newWall().Check(allowed["unqualified"].query, []any{own}, inDirectory); err != nil {
			t.Errorf("form %d: %v", i, err)
		}
	}
	var none *uuid.UUID
	var empty *string
	for i, other := range []any{
		foreign, foreign.String(), none, empty, nil, 7, true, "", text + " ", "{" + text + "}", "urn:uuid:" + text,
		strings.ReplaceAll(text, "-", ""), people[:15], sql.NullString{String: text}, uuid.NullUUID{UUID: people},
		failing{}, []string{text}, [15]byte{}, map[string]any{},
	} {
		if newWall().Check(allowed["unqualified"].query, []any{other}, inDirectory) == nil {
			t.Errorf("form %d passes", i)
		}
	}
}

type failing struct{}

func (failing) Value() (driver.Value, error) { return people.String(), errors.New("no") }

func TestPlansAreBounded(t *testing.T) {
	t.Parallel()
	w := newWall()
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for i := range 3_000 {
				query := fmt.Sprintf(`SELECT "c%d" FROM "users" WHERE "directory_id" = $1`, i*g)
				if err := w.Check(query, arguments("d"), inDirectory); err != nil {
					t.Errorf("%v", err)
				}
			}
		})
	}
	group.Wait()
	if n := w.Plans(); n > 4_096 {
		t.Errorf("%d plans", n)
	}
	long := strings.Repeat("x", 100_000)
	for i := range 200 {
		_ = w.Check(fmt.Sprintf(`SELECT '%s%d'`, long, i), nil, inDirectory)
	}
	if n := w.Plans(); n > 100 {
		t.Errorf("%d plans of long texts", n)
	}
}

func refused(t *testing.T, err error) {
	t.Helper()
	v, ok := errors.AsType[*wall.Violation](err)
	if !ok {
		t.Fatalf("not refused: %v", err)
	}
	if v.Table == "" || v.Reason == "" || strings.Contains(v.Error(), "018f") {
		t.Errorf("%v", v)
	}
}

func FuzzCheck(f *testing.F) {
	for _, c := range allowed {
		f.Add(c.query)
	}
	for _, query := range holes {
		if len(query) < 1_000 {
			f.Add(query)
		}
	}
	// Whatever the text, foreign and missing arguments open nothing of users.
	f.Fuzz(func(t *testing.T, query string) {
		w := newWall()
		lower := strings.ToLower(query)
		err := w.Check(query, arguments("ffffffff"), inDirectory)
		if err == nil && strings.Contains(lower, `from "users"`) && strings.HasPrefix(lower, "select") &&
			strings.Count(lower, "'")+strings.Count(lower, "`") == 0 && strings.Count(lower, `"`) == 2*strings.Count(lower, `"users"`) {
			t.Errorf("passes: %s", query)
		}
		if w.Check(query, nil, wall.Tenant{}) == nil && err != nil {
			t.Errorf("nobody may what a viewer may not: %s", query)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	for _, name := range []string{"a query", "a joined select", "an insert"} {
		c := allowed[name]
		b.Run(name+"/warm", func(b *testing.B) {
			w, args := newWall(), arguments(c.args)
			b.ReportAllocs()
			for b.Loop() {
				if err := w.Check(c.query, args, inDirectory); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/cold", func(b *testing.B) {
			args := arguments(c.args)
			b.ReportAllocs()
			for b.Loop() {
				_ = newWall().Check(c.query, args, inDirectory)
			}
		})
	}
}
