package entdb

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/migrations"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

func onEachDatabase(t *testing.T, test func(t *testing.T, url string)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "sqlite:"+filepath.Join(t.TempDir(), "feddir.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, pgtest.URL(t))
	})
}

func open(t *testing.T, url string) *DB {
	t.Helper()
	db, err := Open(t.Context(), sqlconn.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestReplicasThatStartTogetherMigrateOnce(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, url string) {
		var all sync.WaitGroup
		applied := make([]int, 6)
		for i := range applied {
			db := open(t, url)
			all.Go(func() {
				done, err := db.Migrate(t.Context())
				if err != nil {
					t.Error(err)
				}
				applied[i] = len(done)
			})
		}
		all.Wait()
		sum := 0
		for _, n := range applied {
			sum += n
		}
		status, err := open(t, url).MigrationStatus(t.Context())
		if err != nil || sum != len(status) || status[0].AppliedAt.IsZero() {
			t.Errorf("%d migrations applied by %v: %v, %v", sum, applied, status, err)
		}
	})
}

// A migration that rebuilds a table must not lose the rows that refer to it,
// which a DROP TABLE with foreign keys on would do without a word.
func TestRebuildingATableKeepsItsChildren(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, url string) {
		db := open(t, url)
		if _, err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		populate(t, db)
		m, err := db.conn.Maintenance(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		rebuild := migrations.Migration{Version: "99990101000000", Name: "rebuild", SQL: `
CREATE TABLE new_companies AS SELECT * FROM companies;
DROP TABLE companies;
CREATE TABLE companies (id uuid NOT NULL PRIMARY KEY, created_at timestamp NOT NULL, updated_at timestamp NOT NULL, version bigint NOT NULL, short_name text NOT NULL, short_name_key text NOT NULL, name text NOT NULL, description text NOT NULL);
INSERT INTO companies (id, created_at, updated_at, version, short_name, short_name_key, name, description) SELECT id, created_at, updated_at, version, short_name, short_name_key, name, description FROM new_companies;
DROP TABLE new_companies`}
		if db.Dialect() == "postgres" { // there a key in use cannot be dropped unnoticed
			rebuild.SQL = `ALTER TABLE companies ALTER COLUMN name TYPE text`
		}
		if at, err := db.apply(t.Context(), m, rebuild); err != nil || at.IsZero() {
			t.Fatalf("applied at %v: %v", at, err)
		}
		ctx := viewer.WithOperator(t.Context())
		if n := db.client.Directory.Query().CountX(ctx); n != 1 {
			t.Errorf("%d directories are left", n)
		}
		if n := db.client.User.Query().CountX(ctx); n != 1 {
			t.Errorf("%d users are left", n)
		}
	})
}

func TestMigrationThatBreaksReferencesChangesNothing(t *testing.T) {
	t.Parallel()
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "feddir.db"))
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	populate(t, db)
	m, err := db.conn.Maintenance(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	_, err = db.apply(t.Context(), m, migrations.Migration{Version: "99990101000000", SQL: `DELETE FROM companies`})
	if !errors.Is(err, errDangling) {
		t.Errorf("a migration that orphans rows: %v", err)
	}
	if n := db.client.Company.Query().CountX(viewer.WithOperator(t.Context())); n != 1 {
		t.Errorf("%d companies are left", n)
	}
}

// A program that is older than its database says so.
func TestMigrationsOfANewerProgramAreTold(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, url string) {
		db := open(t, url)
		if _, err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		before, err := db.MigrationStatus(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		m, err := db.conn.Maintenance(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		newer := migrations.Migration{Version: "99990101000000", Name: "newer", SQL: `CREATE TABLE newer (id bigint)`}
		if _, err := db.apply(t.Context(), m, newer); err != nil {
			t.Fatal(err)
		}
		after, err := db.MigrationStatus(t.Context())
		if err != nil || len(after) != len(before)+1 {
			t.Fatalf("%v, %v", after, err)
		}
		if last := after[len(before)]; last.Name != "newer" || !last.Newer || last.AppliedAt.IsZero() {
			t.Errorf("the newer one: %+v", last)
		}
		if slices.ContainsFunc(after[:len(before)], func(s MigrationStatus) bool { return s.Newer }) {
			t.Errorf("not only that is newer: %v", after)
		}
	})
}

// populate makes a company with a directory and a user.
func populate(t *testing.T, db *DB) {
	t.Helper()
	err := db.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error {
		c, err := db.Client(ctx).Company.Create().SetShortName("harbor").SetShortNameKey("harbor").SetName("Harbor").Save(ctx)
		if err != nil {
			return err
		}
		d, err := db.Client(ctx).Directory.Create().SetCompanyID(c.ID).SetName("People").Save(ctx)
		if err != nil {
			return err
		}
		return db.Client(ctx).User.Create().SetCompanyID(c.ID).SetDirectoryID(d.ID).SetSource(viewer.SourceCLI).
			SetUserName("ada").SetUserNameKey("ada").SetSortName("ada").Exec(ctx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTransactions(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, url string) {
		db, err := OpenCurrent(t.Context(), sqlconn.Config{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		ctx := viewer.WithOperator(t.Context())
		create := func(ctx context.Context, name string) error {
			return db.Client(ctx).Company.Create().SetShortName(name).SetShortNameKey(schematype.Fold(name)).SetName(name).Exec(ctx)
		}
		if err := create(ctx, "outside"); !errors.Is(err, sqlconn.ErrWriteOutsideTx) {
			t.Errorf("a write outside a transaction: %v", err)
		}
		committed := 0
		failure := errors.New("no")
		err = db.InTx(ctx, func(ctx context.Context) error {
			OnCommit(ctx, func() { committed++ })
			if err := create(ctx, "one"); err != nil {
				return err
			}
			return db.InTx(ctx, func(ctx context.Context) error { // joins
				if err := create(ctx, "two"); err != nil {
					return err
				}
				return failure
			})
		})
		if !errors.Is(err, failure) || committed != 0 {
			t.Errorf("%v, %d hooks ran", err, committed)
		}
		if n := db.client.Company.Query().CountX(ctx); n != 0 {
			t.Errorf("%d companies are left of a failed transaction", n)
		}
		err = db.InTx(ctx, func(ctx context.Context) error {
			OnCommit(ctx, func() { committed++ })
			return create(ctx, "one")
		})
		if err != nil || committed != 1 {
			t.Errorf("%v, %d hooks ran", err, committed)
		}
	})
}

// Below ent the tenant guard refuses statements that no rule has seen.
func TestTenantGuardBelowTheRules(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, url string) {
		db, err := OpenCurrent(t.Context(), sqlconn.Config{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		populate(t, db)
		stranger := viewer.NewContext(t.Context(), viewer.Viewer{Kind: viewer.APIKey, CompanyID: schematype.NewID(schematype.TypeCompany), Scopes: viewer.Scopes})
		for name, ctx := range map[string]context.Context{"nobody": t.Context(), "another company": stranger} {
			rows, err := db.client.QueryContext(ctx, "SELECT name FROM companies")
			if err == nil {
				rows.Close()
				t.Errorf("%s read every company", name)
			}
		}
	})
}
