package graph_test

import (
	"context"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/generated/company"
	tables "github.com/feddir/feddir/ent/generated/migrate"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/purge"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/apierror"
)

// ownedRows counts the rows of a company in every table.
func ownedRows(t *testing.T, db *entdb.DB, id uuid.UUID) map[string]int {
	t.Helper()
	ctx := viewer.WithSystem(t.Context(), viewer.Purge)
	found := make(map[string]int)
	for _, table := range tables.Tables {
		owner := "company_id"
		if table.Name == company.Table {
			owner = company.FieldID
		}
		rows, err := db.Client(ctx).QueryContext(ctx, "SELECT count(*) FROM "+table.Name+" WHERE "+owner+" = $1", id)
		if err != nil {
			t.Fatal(err)
		}
		var n int
		for rows.Next() {
			if err := rows.Scan(&n); err != nil {
				t.Fatal(err)
			}
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			found[table.Name] = n
		}
	}
	return found
}

// ownEverything makes something of each kind that a company owns.
func (w *world) ownEverything(t *testing.T) {
	t.Helper()
	w.mustCreateGroup(t, "Crew", w.mustCreateUser(t, "ada").ID)
	w.fillDirectory(t, w.newDirectory(t, "Large"), 30)
	w.mustCreateKey(t, model.CreateKeyInput{Name: "api"})
	w.mustCreateKey(t, model.CreateKeyInput{Name: "entra", DirectoryID: &w.directory.ID})
	for _, do := range []func() error{
		func() error {
			_, err := w.CreateOAuthClient(w.api, model.CreateOAuthClientInput{DirectoryID: w.directory.ID, Name: "client", TokenLifetimeSeconds: 3600, WithSecret: true})
			return err
		},
		func() error {
			_, err := w.CreateDirectory(tx.WithIdempotencyKey(w.api, "once"), model.CreateDirectoryInput{Name: "Third"})
			return err
		},
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := graph.New(w.db, graph.Config{}).Feed().Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// A company is gone from the moment it is deleted, with what
// opens it. What it owned is deleted bit by bit, also after a restart in the
// middle of it, and nothing of it stays.
func TestCompanyIsGoneAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database string) {
		db := dbtest.Open(t, database)
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "quay")
		w.ownEverything(t)
		other.ownEverything(t)
		owned, others := ownedRows(t, db, w.company.ID), ownedRows(t, db, other.company.ID)
		var told []uuid.UUID
		r := graph.New(db, graph.Config{OnKeyChange: func(id uuid.UUID) { told = append(told, id) }})
		if _, err := r.Operations().DeleteCompany(viewer.WithOperator(t.Context()), model.DeleteCompanyInput{ID: w.company.ID}); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(told, w.company.ID) {
			t.Errorf("told of %v", told)
		}
		for _, opening := range []string{"keys", "oauth_clients", "access_tokens"} {
			delete(owned, opening)
		}
		if left := ownedRows(t, db, w.company.ID); !equalCounts(left, owned) {
			t.Errorf("left for later are %v of %v", left, owned)
		}
		w.checkDeletedCompany(t, r)

		purgeSome(t, database)
		if left := ownedRows(t, db, w.company.ID); left["companies"] != 1 || equalCounts(left, owned) {
			t.Errorf("in the middle of it %v are left", left)
		}
		w.checkDeletedCompany(t, r)

		purged := purgeRest(t, database) // with two companies that had its name for a moment
		if i := slices.Index(purged, "idempotency_records"); i < 1 || !slices.Equal(purged[i-1:i+2], []string{"changes", "idempotency_records", "companies"}) {
			t.Errorf("purged were %v, in this order", purged)
		}
		if left := ownedRows(t, db, w.company.ID); len(left) > 0 {
			t.Errorf("%v are left", left)
		}
		if now := ownedRows(t, db, other.company.ID); !equalCounts(now, others) {
			t.Errorf("another company had %v and has %v", others, now)
		}
	})
}

func equalCounts(a, b map[string]int) bool {
	for _, table := range tables.Tables {
		if a[table.Name] != b[table.Name] {
			return false
		}
	}
	return true
}

// purgeSome purges with a server that stops amid a transaction, when some are
// behind it.
func purgeSome(t *testing.T, url string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	deletions := 0
	db := watched(t, url, func(string) {
		if deletions++; deletions == 3 {
			stop()
		}
	})
	if _, err := purge.New(db).Deleted(ctx); err == nil {
		t.Error("all of it was purged")
	}
}

// purgeRest purges with a server that was started again, and returns which
// tables it deleted from, in order.
func purgeRest(t *testing.T, url string) (tables []string) {
	t.Helper()
	p := purge.New(watched(t, url, func(table string) { tables = append(tables, table) }))
	if _, err := p.Deleted(t.Context()); err != nil {
		t.Error(err)
	}
	return tables
}

var deletion = regexp.MustCompile("^DELETE FROM [`\"](\\w+)")

// watched opens a database and tells what is deleted from which table.
func watched(t *testing.T, url string, tell func(table string)) *entdb.DB {
	t.Helper()
	db, err := entdb.OpenCurrent(t.Context(), sqlconn.Config{URL: url, LockTimeout: time.Minute, Guard: func(_ context.Context, query string, _ []any) error {
		if match := deletion.FindStringSubmatch(query); match != nil {
			tell(match[1])
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// checkDeletedCompany tries to get at a company that is gone.
func (w *world) checkDeletedCompany(t *testing.T, r *graph.Resolver) {
	t.Helper()
	operator := viewer.WithOperator(t.Context())
	for name, ctx := range map[string]context.Context{"an API key": w.api, "the operator": operator} {
		for _, by := range []model.CompanyBy{{ID: &w.company.ID}, {ShortName: &w.company.ShortName}} {
			if c, err := r.Query().Company(ctx, &by); c != nil && c.ID == w.company.ID || err != nil {
				t.Errorf("%s: %v, %v", name, c, err)
			}
		}
		list, err := r.Query().Companies(ctx, nil, nil, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list.Edges {
			if e.Node.ID == w.company.ID {
				t.Errorf("%s: it is listed", name)
			}
		}
		if d, err := r.Query().Directory(ctx, w.directory.ID); d != nil || err != nil {
			t.Errorf("%s: its directory: %v, %v", name, d, err)
		}
	}
	for name, do := range map[string]func() error{
		"deleting it again": func() error {
			_, err := w.DeleteCompany(operator, model.DeleteCompanyInput{ID: w.company.ID})
			return err
		},
		"updating it": func() error {
			_, err := w.UpdateCompany(operator, model.UpdateCompanyInput{ID: w.company.ID})
			return err
		},
		"a directory": func() error {
			_, err := w.CreateDirectory(operator, model.CreateDirectoryInput{CompanyID: &w.company.ID, Name: "New"})
			return err
		},
		"a key": func() error {
			_, err := w.CreateKey(operator, model.CreateKeyInput{CompanyID: &w.company.ID, Name: "new"})
			return err
		},
		"a key of its directory": func() error {
			_, err := w.CreateKey(operator, model.CreateKeyInput{DirectoryID: &w.directory.ID, Name: "new"})
			return err
		},
	} {
		wantCode(t, name, do(), apierror.NotFound)
	}
	again, err := w.CreateCompany(operator, model.CreateCompanyInput{ShortName: w.company.ShortName, Name: "Again"})
	if err != nil {
		t.Fatalf("the short name is not free: %v", err)
	}
	if _, err := w.DeleteCompany(operator, model.DeleteCompanyInput{ID: again.Company.ID}); err != nil {
		t.Error(err)
	}
}
