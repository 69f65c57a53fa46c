package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/viewer"
)

const (
	manySearches = 100
	searchDoc    = `{ users(first: 50, query: "ada") { edges { node { id } } } }`
)

// gate holds every statement that searches for people or filters them by their
// title, with the connection it has, until it is opened. It counts those that
// it holds at the same time.
type gate struct {
	open chan struct{}
	held atomic.Int64
	most atomic.Int64
}

func (g *gate) guard(ctx context.Context, query string, _ []any) error {
	v, _ := viewer.FromContext(ctx)
	search := v.Source == viewer.SourceAPI && strings.Contains(query, "user_values")
	if !search && !strings.Contains(query, `"title" IS NOT NULL`) && !strings.Contains(query, "`title` IS NOT NULL") {
		return nil
	}
	n := g.held.Add(1)
	defer g.held.Add(-1)
	for old := g.most.Load(); n > old && !g.most.CompareAndSwap(old, n); {
		old = g.most.Load()
	}
	select {
	case <-g.open:
	case <-ctx.Done():
	}
	return nil
}

// While a hundred searches of one company's key run or wait, another company's
// reads are answered, and so is what the first one's provider writes and reads,
// though its own large lists wait too.
func TestSearchesKeepNobodyWaiting(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: measures requests beside searches")
	}
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			g := &gate{open: make(chan struct{})}
			cfg := server.Config{Database: patient("sqlite:" + filepath.Join(t.TempDir(), "feddir.db")), HeavyReads: 2}
			if database == "postgres" {
				cfg.Database = sqlconn.Config{URL: pgtest.URL(t), StatementTimeout: time.Hour}
			}
			cfg.Database.MaxOpen, cfg.Database.Guard = 6, g.guard
			s, stop := serve(t, cfg)
			defer stop()
			busy, quiet := makeKeys(t, s.Operations(), "harbor"), makeKeys(t, s.Operations(), "quay")
			id := createdUser(t, s.URL(), quiet.directory)

			var all sync.WaitGroup
			list := s.URL() + "/v2/Users?filter=" + url.QueryEscape("title pr")
			for range manySearches {
				all.Go(func() { servedOrRefused(t, "POST", s.URL()+"/graphql", busy.api, searchDoc) })
				all.Go(func() { servedOrRefused(t, "GET", list, busy.directory, "") })
			}
			untilHeavyReads(t, s, 2, 1)
			for range 8 {
				var answer any
				if status := send(t, "GET", s.URL()+"/v2/Users/"+id, quiet.directory, "", &answer); status != 200 {
					t.Errorf("another company's read is answered %d: %v", status, answer)
				}
				if status := send(t, "GET", s.URL()+"/v2/Users?filter="+url.QueryEscape(`userName eq "ada"`), quiet.directory, "", &answer); status != 200 {
					t.Errorf("another company's look-up is answered %d: %v", status, answer)
				}
				createdUser(t, s.URL(), busy.directory)
				ask(t, s.URL(), quiet.api, `{ user(by: {id: "`+id+`"}) { userName } }`, nil, &answer)
			}
			close(g.open)
			all.Wait()
			if g.most.Load() > 2 {
				t.Errorf("%d heavy reads ran at the same time", g.most.Load())
			}
			if running, waiting := s.HeavyReads(); running != 0 || waiting != 0 {
				t.Errorf("at the end %d run and %d wait", running, waiting)
			}
		})
	}
}

const searchingEvents = `subscription { changes { cursor node { directory { users(first: 1, query: "ada") { edges { node { id } } } } } } }`

// The searches that events make take turns with all others, and a subscription
// has one turn at a time.
func TestEventsThatSearchTakeTurns(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			g := &gate{open: make(chan struct{})}
			cfg := server.Config{Database: patient("sqlite:" + filepath.Join(t.TempDir(), "feddir.db")), HeavyReads: 2}
			if database == "postgres" {
				cfg.Database = sqlconn.Config{URL: pgtest.URL(t), StatementTimeout: time.Hour}
			}
			cfg.Database.MaxOpen, cfg.Database.Guard = 6, g.guard
			s, stop := serve(t, cfg)
			defer stop()
			busy, quiet := makeKeys(t, s.Operations(), "harbor"), makeKeys(t, s.Operations(), "quay")
			id := createdUser(t, s.URL(), quiet.directory)
			socket := mustConnect(t, s.URL(), busy.api)
			from := latest(t, s.URL(), busy.api)
			subscription := strings.Replace(searchingEvents, "changes", `changes(after: "`+from+`")`, 1)
			const subscriptions, events = 8, 3
			for i := range subscriptions {
				if err := socket.subscribe(t.Context(), fmt.Sprint(i), subscription, nil); err != nil {
					t.Fatal(err)
				}
			}
			for range events {
				createdUser(t, s.URL(), busy.directory)
			}
			untilHeavyReads(t, s, 2, 1)
			var answer any
			if status := send(t, "GET", s.URL()+"/v2/Users/"+id, quiet.directory, "", &answer); status != 200 {
				t.Errorf("another company's read is answered %d: %v", status, answer)
			}
			createdUser(t, s.URL(), quiet.directory)
			close(g.open)
			for range subscriptions * events {
				m, err := socket.next(t.Context())
				if err != nil || m.Type != "next" || strings.Contains(string(m.Payload), `"errors"`) {
					t.Fatalf("%s %s, %v", m.Type, m.Payload, err)
				}
			}
			if g.most.Load() > 2 {
				t.Errorf("%d heavy reads ran at the same time", g.most.Load())
			}
			socket.CloseNow()
			for running, waiting := s.HeavyReads(); running != 0 || waiting != 0; running, waiting = s.HeavyReads() {
				pause(t.Context())
			}
		})
	}
}

var created atomic.Int64

func createdUser(t *testing.T, url, token string) (id string) {
	t.Helper()
	var user struct{ ID string }
	if status := send(t, "POST", url+"/v2/Users", token, fmt.Sprintf(`{"userName":"new%d"}`, created.Add(1)), &user); status != 201 {
		t.Errorf("a provider's write is answered %d", status)
	}
	return user.ID
}

// untilHeavyReads waits until so many run, and so many wait.
func untilHeavyReads(t *testing.T, s *server.Server, running, waiting int) {
	t.Helper()
	for {
		if r, w := s.HeavyReads(); r >= running && w >= waiting {
			return
		}
		pause(t.Context())
	}
}

// servedOrRefused sends a heavy read, which is answered or told when to come
// again.
func servedOrRefused(t *testing.T, method, url, token, query string) {
	body := ""
	if query != "" {
		text, _ := json.Marshal(map[string]string{"query": query})
		body = string(text)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	after := resp.Header.Get("Retry-After")
	switch code := resp.StatusCode; {
	case code != 429 && code != 503: // answered; the machine may have been too busy to do so in time
	case after == "":
		t.Errorf("%s is refused with %d and no Retry-After: %.300s", method, code, text)
	case query != "" && !strings.Contains(string(text), `"retryAfter":`+after):
		t.Errorf("a search is refused for %s s with %s", after, text)
	}
}
