package scimadapter_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/scimadapter"
)

const baseURL = "http://directory.test"

// The databases are opened once for all tests; each test has a directory of
// its own.
var (
	scratch  string
	sqliteDB = sync.OnceValues(func() (*entdb.DB, error) {
		return entdb.OpenCurrent(context.Background(), patient("sqlite:"+filepath.Join(scratch, "feddir.db")))
	})
	postgresMu sync.Mutex
	postgresDB *entdb.DB
)

// patient opens a database with times that no machine exceeds, also when it is
// busy and the race detector slows it down.
func patient(url string) sqlconn.Config {
	return sqlconn.Config{URL: url, StatementTimeout: time.Hour, LockTimeout: time.Hour, IdleInTxTimeout: time.Hour}
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "scimadapter")
	if err != nil {
		panic(err)
	}
	scratch = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func postgres(t *testing.T) *entdb.DB {
	t.Helper()
	postgresMu.Lock()
	defer postgresMu.Unlock()
	if postgresDB == nil {
		url := pgtest.URL(t)
		db, err := entdb.OpenCurrent(context.Background(), patient(url))
		if err != nil {
			t.Fatal(err)
		}
		postgresDB = db
	}
	return postgresDB
}

// onEachDatabase runs a test in a directory of its own on every database.
func onEachDatabase(t *testing.T, test func(t *testing.T, d *directory)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		db, err := sqliteDB()
		if err != nil {
			t.Fatal(err)
		}
		test(t, newDirectory(t, db))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, newDirectory(t, postgres(t)))
	})
}

// directory is a directory with the handler that serves it and the context of
// its key.
type directory struct {
	id      uuid.UUID
	db      *entdb.DB
	ctx     context.Context
	ops     *graph.Operations
	handler http.Handler
}

var companies atomic.Int64

func newDirectory(t testing.TB, db *entdb.DB) *directory {
	t.Helper()
	ops := graph.New(db, graph.Config{BaseURL: baseURL}).Operations()
	name := fmt.Sprintf("harbor%d", companies.Add(1))
	var made *ent.Directory
	err := db.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error {
		company, err := db.Client(ctx).Company.Create().SetShortName(name).SetShortNameKey(name).SetName(name).Save(ctx)
		if err != nil {
			return err
		}
		made, err = db.Client(ctx).Directory.Create().SetCompanyID(company.ID).SetName("People").Save(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return &directory{
		id: made.ID, db: db, ops: ops,
		ctx: viewer.NewContext(t.Context(), viewer.Viewer{
			Kind: viewer.DirectoryKey, CompanyID: made.CompanyID, DirectoryID: made.ID,
			KeyID: schematype.NewID(schematype.TypeKey), Source: viewer.SourceSCIM,
		}),
		handler: scimadapter.New(ops, scimadapter.Config{BaseURL: baseURL, Timeout: time.Hour}),
	}
}

// send sends a request with the directory's key. Headers are names and values
// in turn.
func (d *directory) send(ctx context.Context, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/scim+json; charset=utf-8")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w
}
