package graph_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/viewer"
)

// event subscribes and returns the first event, and how many statements the
// subscription took until then.
func (w *world) event(t *testing.T, document string) (data string, statements int) {
	t.Helper()
	v, _ := viewer.FromContext(w.api)
	var counter *sqlconn.Counter
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		ctx := viewer.NewContext(r.Context(), v)
		ctx, counter = sqlconn.CountStatements(ctx)
		w.Handler().ServeHTTP(rw, r.WithContext(ctx))
	}))
	defer server.Close()
	body, err := json.Marshal(map[string]string{"query": document})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "POST", server.URL, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	resp, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && data != "" {
			return data, counter.N()
		}
	}
	t.Fatal("no event came")
	return "", 0
}

// What an event tells of many members costs the statements of few.
func TestNestedFieldsOfAnEventCostNoStatementEach(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		cost := make(map[int]int)
		for _, n := range []int{2, 40} {
			var users []uuid.UUID
			for i := range n {
				users = append(users, w.mustCreateUser(t, fmt.Sprintf("user%d-%d", n, i)).ID)
			}
			w.mustFold(t)
			start := w.feedPage(t, w.api, nil, 100, nil).LatestCursor
			g := w.mustCreateGroup(t, fmt.Sprint("Crew ", n), users...)
			var data string
			data, cost[n] = w.event(t, fmt.Sprintf(`subscription { changes(after: %q, where: {resourceId: %q}) { node { resource { ... on Group {
				displayName members(first: 40) { edges { node { member { ... on User { userName manager { id } groups(first: 1) { edges { node { group { displayName } } } } } } } } } } } } } }`, start, g.ID))
			if strings.Count(data, `"userName"`) != n {
				t.Fatalf("%d members: %s", n, data)
			}
		}
		if cost[40] > cost[2]+5 { // a tick of the feed may come between
			t.Errorf("statements: %v", cost)
		}
	})
}
