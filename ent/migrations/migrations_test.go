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
	"github.com/feddir/feddir/ent/migrations/tables"
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

// A migration that was released must never change: atlas.sum holds what each
// one was.
func TestMigrationsAreWhatTheyWere(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"sqlite", "postgres"} {
		dir, err := migrate.NewLocalDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		if err := migrate.Validate(dir); err != nil {
			t.Errorf("%s: %v", folder, err)
		}
	}
}

// The server applies what atlas would: each file, in its order.
func TestAllAreReadAsAtlasReadsThem(t *testing.T) {
	t.Parallel()
	for d, folder := range map[string]string{dialect.SQLite: "sqlite", dialect.Postgres: "postgres"} {
		dir, err := migrate.NewLocalDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		files, err := dir.Files()
		if err != nil {
			t.Fatal(err)
		}
		all, err := migrations.All(d)
		if err != nil || len(all) == 0 || len(all) != len(files) {
			t.Fatalf("%s: %d migrations of %d: %v", d, len(all), len(files), err)
		}
		for i, f := range files {
			if want := (migrations.Migration{Version: f.Version(), Name: f.Desc(), SQL: string(f.Bytes())}); all[i] != want {
				t.Errorf("%s: %+v, want %+v", d, all[i], want)
			}
		}
	}
}

// plan writes what the migrations of a dialect lack into its folder, and
// fails with migrate.ErrNoPlan when they lack nothing.
func plan(ctx context.Context, d string, db *sql.DB, folder string) error {
	var dir migrate.Dir
	dir, err := migrate.NewLocalDir(folder)
	if err != nil {
		return err
	}
	name := *update
	if name == "" {
		name = "unwanted"
		if dir, err = inMemory(dir); err != nil {
			return err
		}
	}
	m, err := schema.NewMigrate(entsql.OpenDB(d, db),
		schema.WithDir(dir), schema.WithMigrationMode(schema.ModeReplay), schema.WithErrNoPlan(true),
		schema.WithFormatter(migrate.DefaultFormatter), schema.WithDropColumn(true), schema.WithDropIndex(true))
	if err != nil {
		return err
	}
	err = m.NamedDiff(ctx, name, tables.Of(d)...)
	files, _ := dir.Files()
	if err == nil && *update == "" && len(files) > 0 {
		return fmt.Errorf("missing:\n%s", files[len(files)-1].Bytes())
	}
	return err
}

// inMemory copies a folder of migrations, for what must not be written into it.
func inMemory(from migrate.Dir) (migrate.Dir, error) {
	files, err := from.Files()
	if err != nil {
		return nil, err
	}
	dir := &migrate.MemDir{}
	for _, f := range files {
		if err := dir.WriteFile(f.Name(), f.Bytes()); err != nil {
			return nil, err
		}
	}
	sum, err := dir.Checksum()
	if err != nil {
		return nil, err
	}
	return dir, migrate.WriteSumFile(dir, sum)
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
		for _, table := range tables.Of(d) {
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
