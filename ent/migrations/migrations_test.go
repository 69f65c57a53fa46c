package migrations_test

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"ariga.io/atlas/sql/migrate"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	_ "github.com/lib/pq"
	_ "modernc.org/sqlite"

	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/migrations"
)

var update = flag.String("update", "", "write what is missing as a migration of this name")

// The migrations must leave exactly the tables that the model asks for. To
// add a migration: go test ./ent/migrations -update add_something
func TestMigrationsLeaveTheModelsTables(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) (string, *sql.DB){
		"sqlite": func(t testing.TB) (string, *sql.DB) {
			return dialect.SQLite, openDB(t, "sqlite", "file:"+filepath.Join(t.TempDir(), "dev.db")+"?_pragma=foreign_keys(1)")
		},
		"postgres": func(t testing.TB) (string, *sql.DB) {
			return dialect.Postgres, openDB(t, "postgres", pgtest.URL(t))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, db := open(t)
			if err := plan(t.Context(), d, db, name); !errors.Is(err, migrate.ErrNoPlan) {
				t.Fatalf("the model and the migrations of %s differ: %v", name, err)
			}
		})
	}
}

// plan writes what the migrations of a dialect lack into its folder, and
// fails with migrate.ErrNoPlan when they lack nothing.
func plan(ctx context.Context, d string, db *sql.DB, folder string) error {
	dir, err := migrations.Dir(d)
	if err != nil {
		return err
	}
	name := "unwanted"
	if *update != "" {
		name = *update
		if dir, err = migrate.NewLocalDir(folder); err != nil {
			return err
		}
	}
	m, err := schema.NewMigrate(entsql.OpenDB(d, db),
		schema.WithDir(dir), schema.WithMigrationMode(schema.ModeReplay), schema.WithErrNoPlan(true),
		schema.WithFormatter(migrate.DefaultFormatter), schema.WithDropColumn(true), schema.WithDropIndex(true))
	if err != nil {
		return err
	}
	err = m.NamedDiff(ctx, name, migrations.Tables(d)...)
	files, _ := dir.Files()
	if err == nil && *update == "" && len(files) > 0 {
		return fmt.Errorf("missing:\n%s", files[len(files)-1].Bytes())
	}
	return err
}

func openDB(t testing.TB, driver, dsn string) *sql.DB {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// Who deletes a user or a group must not look through all rows that could
// refer to it: the columns that do lead an index.
func TestReferencesToPeopleAreIndexed(t *testing.T) {
	t.Parallel()
	for _, d := range []string{dialect.SQLite, dialect.Postgres} {
		for _, table := range migrations.Tables(d) {
			for _, key := range table.ForeignKeys {
				if to := key.RefTable.Name; to != "users" && to != "groups" {
					continue
				}
				primary := &schema.Index{Columns: table.PrimaryKey}
				indexed := slices.ContainsFunc(append(table.Indexes, primary), func(i *schema.Index) bool {
					return len(i.Columns) >= len(key.Columns) && slices.EqualFunc(i.Columns[:len(key.Columns)], key.Columns,
						func(a, b *schema.Column) bool { return a.Name == b.Name })
				})
				if !indexed {
					t.Errorf("%s: no index for %s", d, key.Symbol)
				}
			}
		}
	}
}
