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
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/graph/model"
)

// events subscribes and returns the first n events, and how many statements the
// subscription took until then.
func (w *world) events(t *testing.T, document string, n int) (events []string, statements int) {
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
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 10<<20)
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && data != "" {
			if events = append(events, data); len(events) == n {
				return events, counter.N()
			}
		}
	}
	t.Fatalf("%d events came, not %d: %s", len(events), n, events)
	return nil, 0
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
			w.mustSequence(t)
			start := w.feedPage(t, w.api, nil, 100, nil).LatestCursor
			g := w.mustCreateGroup(t, fmt.Sprint("Crew ", n), users...)
			var events []string
			events, cost[n] = w.events(t, fmt.Sprintf(`subscription { changes(after: %q, where: {resourceId: %q}) { node { resource { ... on Group {
				displayName members(first: 40) { edges { node { member { ... on User { userName manager { id } groups(first: 1) { edges { node { group { displayName } } } } } } } } } } } } } }`, start, g.ID), 1)
			if strings.Count(events[0], `"userName"`) != n {
				t.Fatalf("%d members: %s", n, events)
			}
		}
		if cost[40] > cost[2]+5 { // a tick of the feed may come between
			t.Errorf("statements: %v", cost)
		}
	})
}

// What an event tells is bounded in bytes, like an answer; each has a bound of
// its own, however many come.
func TestLargeEventsAreRefused(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		limits := limits.DefaultLimits()
		limits.ReadBytes = 200_000
		w.Operations = graph.New(db, graph.Config{BaseURL: "http://directory.test", Limits: limits}).Operations()
		start := w.feedPage(t, w.api, nil, 100, nil).LatestCursor
		photo := strings.Repeat("x", 50_000)
		var users []uuid.UUID
		for i := range 6 {
			a := person(fmt.Sprint("user", i))
			a.Photos = []schematype.MultiValue{{Value: &photo}}
			p, err := w.CreateUser(w.scim, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: a})
			if err != nil {
				t.Fatal(err)
			}
			users = append(users, p.User.ID)
		}
		w.mustCreateGroup(t, "Crew", users...)
		w.mustSequence(t)
		subscription := fmt.Sprintf(`subscription { changes(after: %q, where: {resourceType: [%%s]}) { node { resource {
			... on User { photos { value } } ... on Group { members { edges { node { member { ... on User { photos { value } } } } } } } } } } }`, start)
		single, _ := w.events(t, fmt.Sprintf(subscription, "USER"), 6)
		for i, event := range single {
			if len(event) < len(photo) || strings.Contains(event, `"errors"`) {
				t.Errorf("event %d: %.200s", i, event)
			}
		}
		if all, _ := w.events(t, fmt.Sprintf(subscription, "GROUP"), 1); !strings.Contains(all[0], `"code":"LIMIT"`) {
			t.Errorf("%d bytes are told: %.200s", len(all[0]), all[0])
		}
	})
}
