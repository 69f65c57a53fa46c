package graph_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// Searches follow a change without a look at the terms of everybody else, for
// which SQLite's only writer would have to wait.
func TestSearchFollowsByKeys(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "feddir.db")
	var mu sync.Mutex
	var plans []string
	plain, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { plain.Close() })
	following := false
	db, err := entdb.OpenCurrent(t.Context(), sqlconn.Config{URL: "sqlite:" + file, StatementTimeout: time.Hour, IdleInTxTimeout: time.Hour, Guard: func(_ context.Context, query string, args []any) error {
		mu.Lock()
		defer mu.Unlock()
		if following && strings.Contains(query, "user_values") && !strings.HasPrefix(query, "INSERT") {
			plans = append(plans, planOf(t, plain, query, args))
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	w := newWorld(t, db, "harbor")
	const many = 90 // how SQLite plans depends on how many
	for i := range many {
		u := w.mustCreateUser(t, fmt.Sprint("ada", i))
		title := "Pilot"
		if _, err := w.UpdateUser(w.api, model.UpdateUserInput{ID: u.ID, Patch: &model.UserPatch{Title: graphql.OmittableOf(&title)}}); err != nil {
			t.Fatal(err)
		}
	}
	following = true
	if n, err := w.Index().CatchUp(viewer.WithOperator(t.Context())); n != many || err != nil {
		t.Fatalf("%d users followed, %v", n, err)
	}
	if len(plans) == 0 {
		t.Fatal("no statement was seen")
	}
	for _, plan := range plans {
		if !strings.Contains(plan, "user_id=?") {
			t.Error(plan)
		}
	}
}

func planOf(t *testing.T, db *sql.DB, query string, args []any) (plan string) {
	rows, err := db.Query("EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var line string
		if err := rows.Scan(&id, &parent, &unused, &line); err != nil {
			t.Error(err)
		}
		plan += line + "\n"
	}
	return plan
}
