package bench_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/generated/user"
)

// How people of a town are called: the first given name has one in twenty, the
// first family name one in a hundred and forty; most family names few have.
const (
	givenNames  = 400
	familyNames = 20_000
)

func givenName(i int) string  { return syllables(i*37+11) + "na" }
func familyName(i int) string { return syllables(i*53+7) + syllables(i*101+3) + "ez" }

// syllables writes a number so that it can be spoken.
func syllables(i int) string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	var b strings.Builder
	for range 2 {
		b.WriteByte(consonants[i%len(consonants)])
		i /= len(consonants)
		b.WriteByte(vowels[i%len(vowels)])
		i /= len(vowels)
	}
	return b.String()
}

// settleTown makes n people of many names, of 20 titles and 50 departments,
// with their words. It writes the rows with a few statements.
func (in *installation) settleTown(t testing.TB, database string, n int) {
	t.Helper()
	db := in.raw(t, database)
	defer db.Close()
	db.SetMaxOpenConns(1) // temporary tables are a connection's own
	run := func(statement string, args ...any) {
		t.Helper()
		_, err := db.Exec(statement, args...)
		check(t, err)
	}
	names(t, db, "given", givenNames, givenName)
	names(t, db, "family", familyNames, familyName)
	text := sqlTexts[database]
	run("CREATE TEMP TABLE town AS SELECT n, " + fmt.Sprintf(text.id, text.number+" || substr('"+in.users[0].String()+"', 9)") + ` AS town_id, g.name AS given, f.name AS family
FROM ` + fmt.Sprintf(text.series, n) + ` AS s
JOIN given AS g ON g.i = ((n * CAST(7919 AS bigint)) % 1000) * ((n * CAST(7919 AS bigint)) % 1000) / 2500
JOIN family AS f ON f.i = ((n * CAST(104729 AS bigint)) % 20011) * ((n * CAST(104729 AS bigint)) % 20011) / 20022`)
	if database == "postgres" {
		run("ANALYZE town")
		run("SET session_replication_role = replica") // references need no proof here
	}
	shown := "given || ' ' || family"
	run(clone("users", user.Columns, map[string]string{
		"id": "town_id", "user_name": "given || '.' || family || '.' || n || '@harbor.example'", "external_id": "'town.' || n",
		"display_name": shown, "sort_name": shown, "title": "'Grade' || (n % 20) || ' engineer'", "department": "'Dock' || (n % 50)",
		"name":          fmt.Sprintf(text.json, `'{"givenName":"' || given || '","familyName":"' || family || '"}'`),
		"emails":        fmt.Sprintf(text.json, `'[{"value":"' || given || '.' || family || '.' || n || '@harbor.example","type":"work"}]'`),
		"phone_numbers": fmt.Sprintf(text.json, `'[{"value":"+41 44 ' || (1000000 + n) || '","type":"work"}]'`),
	}, fmt.Sprintf("(SELECT * FROM users WHERE id = '%s') AS one, town", in.users[0])))
	reversed := "''"
	for i := range 7 {
		reversed += fmt.Sprintf(" || substr(CAST(1000000 + n AS text), %d, 1)", 7-i)
	}
	for i, term := range []struct{ attribute, value string }{
		{"EMAILS", "given || '.' || family || '.' || n || '@harbor.example'"},
		{"NAME_WORDS", "given"}, {"NAME_WORDS", "family"},
		{"WORK_WORDS", "'grade' || (n % 20)"}, {"WORK_WORDS", "'engineer'"}, {"WORK_WORDS", "'dock' || (n % 50)"},
		{"PHONE_DIGITS", "'4144' || (1000000 + n)"}, {"PHONE_DIGITS", "'44' || (1000000 + n)"}, {"PHONE_DIGITS", "'r' || " + reversed + " || '4414'"},
	} {
		run(fmt.Sprintf("INSERT INTO user_values (directory_id, user_id, id, company_id, attribute, value_key, type_key) SELECT '%s', town_id, '00000000-0000-7000-8000-%012d', '%s', '%s', %s, '' FROM town",
			in.directory, i, in.company, term.attribute, term.value))
	}
	run("DROP TABLE town")
	in.settle(t)
}

// names fills a temporary table with names.
func names(t testing.TB, db *sql.DB, table string, n int, name func(int) string) {
	t.Helper()
	_, err := db.Exec("CREATE TEMP TABLE " + table + " (i bigint PRIMARY KEY, name text)")
	check(t, err)
	for from := 0; from < n; from += batch {
		var rows []string
		for i := from; i < min(from+batch, n); i++ {
			rows = append(rows, fmt.Sprintf("(%d, '%s')", i, name(i)))
		}
		_, err := db.Exec("INSERT INTO " + table + " VALUES " + strings.Join(rows, ", "))
		check(t, err)
	}
}
