package server_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/viewer"
)

type connectionTest struct {
	TestDirectoryConnection struct {
		Passed bool
		Checks []struct{ Name, Outcome, Detail string }
	}
}

// outcomes are those of the checks that did not pass.
func (c connectionTest) outcomes() map[string]string {
	all := make(map[string]string)
	for _, check := range c.TestDirectoryConnection.Checks {
		if check.Outcome != "PASSED" {
			all[check.Name] = check.Outcome
		}
	}
	return all
}

func TestConnectionOfADirectoryIsTried(t *testing.T) {
	t.Parallel()
	database := patient("sqlite:" + filepath.Join(t.TempDir(), "feddir.db"))
	s, stop := serve(t, server.Config{Database: database, BaseURL: "https://directory.test/below"})
	k := makeKeys(t, s.Operations(), "harbor")
	url := "http://" + s.Addr()
	const document = `mutation($id: ID!) { testDirectoryConnection(input: {directoryId: $id}) { passed checks { name outcome detail durationMs } } }`
	id := map[string]any{"id": k.directoryID}
	before := rowCounts(t, s.DB())
	var tried connectionTest
	ask(t, url, k.api, document, id, &tried)
	if bad := tried.outcomes(); !tried.TestDirectoryConnection.Passed || len(tried.TestDirectoryConnection.Checks) != 8 || len(bad) > 0 {
		t.Errorf("%+v", tried)
	}
	ask(t, url, k.api, `mutation($id: ID!) { updateDirectory(input: {id: $id, state: PAUSED}) { directory { id } } }`, id, &struct{}{})
	before["changes"]++
	tried = connectionTest{}
	ask(t, url, k.api, document, id, &tried)
	if bad := tried.outcomes(); tried.TestDirectoryConnection.Passed || len(bad) != 1 || bad["The directory takes changes"] != "FAILED" {
		t.Errorf("a paused directory: %+v", tried)
	}
	ask(t, url, k.api, `mutation($id: ID!) { updateDirectory(input: {id: $id, state: ACTIVE}) { directory { id } } }`, id, &struct{}{})
	ask(t, url, k.api, `mutation($id: ID!) { revokeKey(input: {id: $id}) { key { id } } }`, map[string]any{"id": k.id}, &struct{}{})
	before["changes"] += 2
	tried = connectionTest{}
	ask(t, url, k.api, document, id, &tried)
	if bad := tried.outcomes(); tried.TestDirectoryConnection.Passed || len(bad) != 1 || bad["A key opens the directory"] != "FAILED" {
		t.Errorf("a directory without a key: %+v", tried)
	}
	stop() // writes what waits to be written
	db, err := entdb.OpenCurrent(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for table, n := range rowCounts(t, db) {
		if n != before[table] {
			t.Errorf("%s had %d rows and has %d", table, before[table], n)
		}
	}
}

func rowCounts(t *testing.T, db *entdb.DB) map[string]int {
	t.Helper()
	ctx := viewer.WithOperator(t.Context())
	c := db.Client(ctx)
	counts := make(map[string]int)
	for table, count := range map[string]func(context.Context) (int, error){
		"changes": c.Change.Query().Count, "keys": c.Key.Query().Count, "request_records": c.RequestRecord.Query().Count,
		"users": c.User.Query().Count, "idempotency_records": c.IdempotencyRecord.Query().Count, "access_tokens": c.AccessToken.Query().Count,
	} {
		n, err := count(ctx)
		if err != nil {
			t.Fatal(err)
		}
		counts[table] = n
	}
	return counts
}
