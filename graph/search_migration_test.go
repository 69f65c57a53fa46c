package graph_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/entdb/dbtest"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/migrations"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
)

// firstSearchable is the migration with which people could be searched for.
const firstSearchable = "20261123030047"

// People who were there before searches were are found once searches have
// caught up, and keep what refers to them.
func TestSearchCatchesUp(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: indexes many people")
	}
	t.Parallel()
	for dialect, open := range map[string]func() (driver, dsn, url string){
		"sqlite3": func() (string, string, string) {
			f := filepath.Join(t.TempDir(), "old.db")
			return "sqlite", f, "sqlite:" + f
		},
		"postgres": func() (string, string, string) { url := pgtest.URL(t); return "postgres", url, url },
	} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			driver, dsn, url := open()
			w := &world{}
			company, directory := schematype.NewID(schematype.TypeCompany), schematype.NewID(schematype.TypeDirectory)
			old, err := sql.Open(driver, dsn)
			if err != nil {
				t.Fatal(err)
			}
			run := func(query string, args ...any) {
				t.Helper()
				if _, err := old.Exec(query, args...); err != nil {
					t.Fatalf("%v: %.200s", err, query)
				}
			}
			run(`CREATE TABLE schema_migrations (version varchar(64) PRIMARY KEY, name varchar(255) NOT NULL, applied_at varchar(32) NOT NULL)`)
			all, err := migrations.All(dialect)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range all {
				if m.Version < firstSearchable {
					run(m.SQL)
					run(`INSERT INTO schema_migrations VALUES ($1, $2, '2026-11-23T00:00:00Z')`, m.Version, m.Name)
				}
			}
			const at = "'2026-11-23 00:00:00+00:00'"
			run(`INSERT INTO companies (id, created_at, updated_at, short_name, short_name_key, name, description) VALUES ($1, `+at+`, `+at+`, 'harbor', 'harbor', 'Harbor', '')`, company)
			run(`INSERT INTO directories (id, company_id, created_at, updated_at, name, description) VALUES ($1, $2, `+at+`, `+at+`, 'People', '')`, directory, company)
			for i := range 250 { // more than one transaction catches up on
				id, name := schematype.NewID(schematype.TypeUser), fmt.Sprintf("sailor.%03d", i)
				run(`INSERT INTO users (directory_id, id, company_id, created_at, updated_at, version, source, user_name, user_name_key, display_name, sort_name, phone_numbers)
VALUES ($1, $2, $3, `+at+`, `+at+`, 3, 'SCIM', $4, $4, $5, $5, '[{"value":"044 123 45 67"}]')`, directory, id, company, name, fmt.Sprintf("Anna Müller%03d", i))
				run(`INSERT INTO user_values (directory_id, id, company_id, user_id, attribute, value_key) VALUES ($1, $2, $3, $4, 'EMAILS', $5)`,
					directory, schematype.NewID(schematype.TypeOther), company, id, name+"@harbor.example")
			}
			if err := old.Close(); err != nil {
				t.Fatal(err)
			}

			db := dbtest.Open(t, url)
			w.db, w.Operations = db, graph.New(db, graph.Config{}).Operations()
			w.api = viewer.NewContext(t.Context(), viewer.Viewer{Kind: viewer.APIKey, CompanyID: company, Scopes: viewer.Scopes})
			if w.directory, err = w.Query().Directory(w.api, directory); err != nil {
				t.Fatal(err)
			}
			if n, err := db.Client(w.api).UserValue.Query().Count(w.api); n != 250 || err != nil {
				t.Errorf("%d addresses are left: %v", n, err)
			}
			w.follow(t, 250)
			w.follow(t, 0)
			for query, want := range map[string][]string{
				"muller007": {"Anna Müller007"}, "sailor.008": {"Anna Müller008"},
			} {
				if got := w.found(t, query); !slices.Equal(got, want) {
					t.Errorf("%q: %v", query, got)
				}
			}
			if c := w.search(t, "0441234567", nil, 100); len(c.Edges) != 100 || !c.PageInfo.HasNextPage {
				t.Errorf("by phone: %s", strings.Join(displayNames(c), ", "))
			}
		})
	}
}
