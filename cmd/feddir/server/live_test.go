package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// socket is a WebSocket as a client has it.
type socket struct {
	*websocket.Conn
}

type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// connect opens a WebSocket and waits until the server knows whose it is.
func connect(ctx context.Context, url, token string) (*socket, error) {
	conn, _, err := websocket.Dial(ctx, strings.Replace(url, "http", "ws", 1)+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(1 << 20)
	s := &socket{conn}
	if err := s.init(ctx, token); err != nil {
		return nil, err
	}
	m, err := s.next(ctx)
	if err == nil && m.Type != "connection_ack" {
		err = fmt.Errorf("%s: %s", m.Type, m.Payload)
	}
	return s, err
}

func (s *socket) init(ctx context.Context, token string) error {
	return wsjson.Write(ctx, s.Conn, map[string]any{"type": "connection_init", "payload": map[string]any{"authorization": "Bearer " + token}})
}

func mustConnect(t *testing.T, url, token string) *socket {
	t.Helper()
	s, err := connect(t.Context(), url, token)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.CloseNow() })
	return s
}

func (s *socket) subscribe(ctx context.Context, id, query string, variables map[string]any) error {
	return wsjson.Write(ctx, s.Conn, map[string]any{"id": id, "type": "subscribe", "payload": map[string]any{"query": query, "variables": variables}})
}

func (s *socket) next(ctx context.Context) (m message, err error) {
	return m, wsjson.Read(ctx, s.Conn, &m)
}

// event is a change as a subscription tells it.
type event struct {
	Changes struct {
		Cursor string
		Node   struct{ ResourceID, Kind string }
	}
}

const changesSubscription = `subscription($after: Cursor, $directory: ID) {
  changes(after: $after, directoryId: $directory) { cursor node { resourceId kind } }
}`

// decodeEvent reads an event of a subscription to changes.
func decodeEvent(payload json.RawMessage) (e event, err error) {
	answer := struct {
		Data   *event
		Errors []any
	}{Data: &e}
	err = json.Unmarshal(payload, &answer)
	if err == nil && len(answer.Errors) > 0 {
		err = fmt.Errorf("%s", payload)
	}
	return e, err
}

// latest returns the cursor of the latest change.
func latest(t *testing.T, url, token string) string {
	t.Helper()
	var answer struct {
		Company struct{ Changes struct{ LatestCursor string } }
	}
	ask(t, url, token, `{ company { changes(first: 0) { latestCursor } } }`, nil, &answer)
	return answer.Company.Changes.LatestCursor
}

// replicas are servers on one database, of which single ones may be down.
type replicas struct {
	cfg     server.Config
	mu      sync.Mutex
	running []*server.Server
	stops   []func()
}

func (r *replicas) start(t *testing.T, i int) {
	s, stop := serve(t, r.cfg)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.running[i], r.stops[i] = s, stop
}

func (r *replicas) get(i int) *server.Server {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.running[i]
}

func (r *replicas) restart(t *testing.T, i int) {
	r.stops[i]()
	r.start(t, i)
}

// onReplicas runs a test on one server with SQLite and on two with PostgreSQL.
func onReplicas(t *testing.T, test func(t *testing.T, r *replicas)) {
	t.Parallel()
	for name, n := range map[string]int{"sqlite": 1, "postgres": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &replicas{running: make([]*server.Server, n), stops: make([]func(), n)}
			r.cfg.Database = patient("sqlite:" + filepath.Join(t.TempDir(), "feddir.db"))
			if name == "postgres" {
				r.cfg.Database = patient(pgtest.URL(t))
			}
			for i := range n {
				r.start(t, i)
			}
			t.Cleanup(func() { // after those who listen are gone
				for _, stop := range r.stops {
					stop()
				}
			})
			test(t, r)
		})
	}
}

// Whatever happens to connections and servers, each subscriber that goes on
// with its last cursor is told every change once, in the one order that there
// is, and nothing of another company.
func TestEveryChangeIsToldOnceAndInOrder(t *testing.T) {
	onReplicas(t, func(t *testing.T, r *replicas) {
		const writers, each, subscribers = 4, 40, 4
		ours, theirs := newTenant(t, r, "harbor"), newTenant(t, r, "other")
		start := latest(t, r.get(0).URL(), ours.api)
		ctx, cancel := context.WithTimeout(t.Context(), 5*patience)
		defer cancel()

		var work sync.WaitGroup
		third := make(chan struct{})
		for w := range writers {
			work.Go(func() {
				for i := range each {
					ours.mustCreateGroup(ctx, t, r, fmt.Sprintf("group %d/%d", w, i))
					theirs.mustCreateGroup(ctx, t, r, fmt.Sprintf("group %d/%d", w, i))
					if w == 0 && i == each/3 {
						close(third)
					}
				}
			})
		}
		told := make([][]event, subscribers)
		for i := range subscribers {
			work.Go(func() { told[i] = followAll(ctx, t, r, ours.api, start, writers*each) })
		}
		<-third
		r.restart(t, len(r.running)-1)
		work.Wait()
		want := positions(t, r, ours)
		want = want[len(want)-writers*each:]
		for i, events := range told {
			got := make([]string, len(events))
			for j, e := range events {
				got[j] = e.Changes.Node.ResourceID
			}
			if !slices.Equal(got, want) {
				t.Errorf("subscriber %d was told %d changes, which are not the %d there are in their order", i, len(got), len(want))
			}
		}
	})
}

// tenant is a company with a directory, and a context of who may write there.
type tenant struct {
	keys
	viewer viewer.Viewer
}

func newTenant(t *testing.T, r *replicas, shortName string) *tenant {
	t.Helper()
	k := makeKeys(t, r.get(0).Operations(), shortName)
	if _, err := r.get(0).Operations().Feed().Sequence(t.Context()); err != nil { // what was made here is in the feed before the test begins
		t.Fatal(err)
	}
	var answer struct{ Company struct{ ID uuid.UUID } }
	ask(t, r.get(0).URL(), k.api, `{ company { id } }`, nil, &answer)
	return &tenant{k, viewer.Viewer{Kind: viewer.APIKey, CompanyID: answer.Company.ID, Scopes: viewer.Scopes, Source: viewer.SourceAPI}}
}

// mustCreateGroup makes a group at any server that is up.
func (k *tenant) mustCreateGroup(ctx context.Context, t *testing.T, r *replicas, name string) {
	t.Helper()
	ctx = viewer.NewContext(ctx, k.viewer)
	in := model.CreateGroupInput{DirectoryID: uuid.MustParse(k.directoryID), DisplayName: name}
	for ctx.Err() == nil {
		_, err := r.get(rand.IntN(len(r.running))).Operations().CreateGroup(ctx, in)
		if err == nil || dberror.CodeOf(err) == apierror.Conflict { // made by an attempt before, which was cut off
			return
		}
		pause(ctx)
	}
	t.Errorf("%s could not be made", name)
}

// pause leaves the processor to a server that starts.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(5 * time.Millisecond):
	}
}

// followAll reads n changes behind a cursor with connections that break.
func followAll(ctx context.Context, t *testing.T, r *replicas, token, after string, n int) (all []event) {
	for len(all) < n && ctx.Err() == nil {
		s, err := connect(ctx, r.get(rand.IntN(len(r.running))).URL(), token)
		if err != nil {
			pause(ctx) // that server is down
			continue
		}
		if err := s.subscribe(ctx, "1", changesSubscription, map[string]any{"after": after}); err != nil {
			s.CloseNow()
			continue
		}
		for range 1 + rand.IntN(40) {
			m, err := s.next(ctx)
			if err != nil {
				break
			}
			e, err := decodeEvent(m.Payload)
			if err != nil || m.Type != "next" {
				t.Errorf("%s: %v", m.Type, err)
				return all
			}
			all, after = append(all, e), e.Changes.Cursor
			if len(all) == n {
				break
			}
		}
		s.CloseNow()
	}
	return all
}

// positions are the ids of what changed in a company, in the feed's order.
func positions(t *testing.T, r *replicas, k *tenant) (ids []string) {
	t.Helper()
	var after any
	for {
		var answer struct {
			Company struct {
				Changes struct {
					PageInfo struct {
						HasNextPage bool
						EndCursor   string
					}
					Edges []struct{ Node struct{ ResourceID string } }
				}
			}
		}
		ask(t, r.get(0).URL(), k.api, `query($after: Cursor) { company { changes(first: 100, after: $after) { pageInfo { hasNextPage endCursor } edges { node { resourceId } } } } }`,
			map[string]any{"after": after}, &answer)
		page := answer.Company.Changes
		for _, e := range page.Edges {
			ids = append(ids, e.Node.ResourceID)
		}
		if !page.PageInfo.HasNextPage {
			return ids
		}
		after = page.PageInfo.EndCursor
	}
}
