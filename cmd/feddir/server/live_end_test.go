package server_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// wantEnd reads until the connection is closed, which must be soon.
func (s *socket) wantEnd(t *testing.T, code websocket.StatusCode, within time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	began := time.Now()
	for {
		if _, err := s.next(ctx); err != nil {
			if got := websocket.CloseStatus(err); got != code || time.Since(began) > within {
				t.Errorf("closed with %d after %v: %v", got, time.Since(began), err)
			}
			return
		}
	}
}

// want reads one message of a kind.
func (s *socket) want(t *testing.T, kind, payload string) message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	m, err := s.next(ctx)
	if err != nil || m.Type != kind || !strings.Contains(string(m.Payload), payload) {
		t.Fatalf("%s: %s, %v; want %s: %s", m.Type, m.Payload, err, kind, payload)
	}
	return m
}

func (s *socket) mustSubscribe(t *testing.T, query string, variables map[string]any) {
	t.Helper()
	if err := s.subscribe(t.Context(), "1", query, variables); err != nil {
		t.Fatal(err)
	}
}

// A key that is revoked at one replica ends the streams of all within about a
// second, and opens none any more.
func TestRevokedKeyEndsStreams(t *testing.T) {
	onReplicas(t, func(t *testing.T, r *replicas) {
		k := newTenant(t, r, "harbor")
		ctx := viewer.WithOperator(t.Context())
		made, err := r.get(0).Operations().CreateKey(ctx, model.CreateKeyInput{CompanyID: &k.viewer.CompanyID, Name: "ending", Scopes: viewer.Scopes})
		if err != nil {
			t.Fatal(err)
		}
		secret := *made.AccessToken
		far := r.get(len(r.running) - 1)
		s := mustConnect(t, far.URL(), secret)
		s.mustSubscribe(t, changesSubscription, nil)
		events := listen(t, far.URL(), secret, `subscription { changes { cursor } }`)
		if _, err := r.get(0).Operations().RevokeKey(ctx, model.RevokeKeyInput{ID: made.Key.ID}); err != nil {
			t.Fatal(err)
		}
		s.wantEnd(t, 4403, 2*time.Second)
		if told := events.rest(); !strings.Contains(told, "UNAUTHENTICATED") || !strings.Contains(told, "event: complete") {
			t.Errorf("the event stream ends with %q", told)
		}
		if _, err := connect(t.Context(), far.URL(), secret); websocket.CloseStatus(err) != 4403 {
			t.Errorf("connecting afterwards: %v", err)
		}
	})
}

// eventStream is an event stream as a client has it.
type eventStream struct{ *bufio.Reader }

func listen(t *testing.T, url, token, query string) *eventStream {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/graphql", strings.NewReader(`{"query":"`+query+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d", resp.StatusCode)
	}
	return &eventStream{bufio.NewReader(resp.Body)}
}

// rest is what comes until the end.
func (s *eventStream) rest() string {
	var b strings.Builder
	_, _ = s.WriteTo(&b)
	return b.String()
}

// The end of a directory is told, and is the end of what follows it.
func TestDeletedDirectoryEndsSubscriptions(t *testing.T) {
	onReplicas(t, func(t *testing.T, r *replicas) {
		k := newTenant(t, r, "harbor")
		url := r.get(len(r.running) - 1).URL()
		changes, some, records := mustConnect(t, url, k.api), mustConnect(t, url, k.api), mustConnect(t, url, k.api)
		directory := map[string]any{"directory": k.directoryID}
		changes.mustSubscribe(t, changesSubscription, directory)
		some.mustSubscribe(t, `subscription($directory: ID) { changes(directoryId: $directory, where: {resourceType: [USER]}) { cursor } }`, directory)
		records.mustSubscribe(t, recordsSubscription, directory)
		k.mustCreateGroup(t.Context(), t, r, "Crew") // its change says that the first one listens
		changes.want(t, "next", "CREATED")
		ctx := viewer.NewContext(t.Context(), k.viewer)
		if _, err := r.get(0).Operations().DeleteDirectory(ctx, model.DeleteDirectoryInput{ID: uuid.MustParse(k.directoryID)}); err != nil {
			t.Fatal(err)
		}
		changes.want(t, "next", "DELETED")
		changes.want(t, "complete", "")
		records.want(t, "complete", "")
		changes.mustSubscribe(t, changesSubscription, directory)
		changes.want(t, "error", "NOT_FOUND")
		some.want(t, "complete", "")
	})
}

const recordsSubscription = `subscription($directory: ID!, $after: Cursor) {
  requestRecords(directoryId: $directory, after: $after) { cursor node { method status outcome } }
}`

// Requests are told where they were answered and elsewhere, each once, also to
// who comes back with a cursor.
func TestRequestRecordsAreTold(t *testing.T) {
	onReplicas(t, func(t *testing.T, r *replicas) {
		k := newTenant(t, r, "harbor")
		s := mustConnect(t, r.get(len(r.running)-1).URL(), k.api)
		s.mustSubscribe(t, recordsSubscription, map[string]any{"directory": k.directoryID})
		get := func(path string) {
			t.Helper()
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, r.get(0).URL()+path, nil)
			req.Header.Set("Authorization", "Bearer "+k.directory)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
		}
		get("/v2/Users/nobody")
		get("/v2/Users")
		first := s.want(t, "next", `"status":404`)
		s.want(t, "next", `"status":200`)
		_, cursor, _ := strings.Cut(string(first.Payload), `"cursor":"`)
		cursor, _, _ = strings.Cut(cursor, `"`)
		again := mustConnect(t, r.get(0).URL(), k.api)
		again.mustSubscribe(t, recordsSubscription, map[string]any{"directory": k.directoryID, "after": cursor})
		again.want(t, "next", `"status":200`)
	})
}

// A server that stops says so to those who listen, and is not held up by them.
func TestStoppingServerEndsStreams(t *testing.T) {
	onReplicas(t, func(t *testing.T, r *replicas) {
		k := newTenant(t, r, "harbor")
		s := mustConnect(t, r.get(0).URL(), k.api)
		s.mustSubscribe(t, changesSubscription, nil)
		events := listen(t, r.get(0).URL(), k.api, `subscription { changes { cursor } }`)
		ended := make(chan string)
		go func() { ended <- events.rest() }()
		restarted := make(chan struct{})
		go func() {
			r.restart(t, 0)
			close(restarted)
		}()
		s.wantEnd(t, websocket.StatusGoingAway, 5*time.Second)
		if told := <-ended; !strings.Contains(told, "UNAVAILABLE") || !strings.Contains(told, "event: complete") {
			t.Errorf("the event stream ends with %q", told)
		}
		<-restarted
	})
}

// Pages of other origins connect with a key that lists them, and with no other.
func TestWebSocketOrigins(t *testing.T) {
	onReplicas(t, func(t *testing.T, r *replicas) {
		k := newTenant(t, r, "harbor")
		origins := []string{"https://people.example"}
		made, err := r.get(0).Operations().CreateKey(viewer.WithOperator(t.Context()), model.CreateKeyInput{
			CompanyID: &k.viewer.CompanyID, Name: "page", Scopes: viewer.Scopes, Origins: origins,
		})
		if err != nil {
			t.Fatal(err)
		}
		url := r.get(0).URL()
		for name, c := range map[string]struct {
			origin, secret string
			refused        int // the status, where it is refused at once
			code           websocket.StatusCode
		}{
			"none":            {"", k.api, 0, 0},
			"the server's":    {url, k.api, 0, 0},
			"listed":          {origins[0], *made.AccessToken, 0, 0},
			"listed by other": {origins[0], k.api, 0, 4403},
			"unknown":         {"https://evil.example", *made.AccessToken, http.StatusForbidden, 0},
			"null":            {"null", *made.AccessToken, http.StatusForbidden, 0},
		} {
			header := http.Header{}
			if c.origin != "" {
				header.Set("Origin", c.origin)
			}
			conn, resp, err := websocket.Dial(t.Context(), strings.Replace(url, "http", "ws", 1)+"/graphql", &websocket.DialOptions{
				Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: header,
			})
			if err != nil {
				if resp == nil || resp.StatusCode != c.refused {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			s := &socket{conn}
			_ = s.init(t.Context(), c.secret)
			m, err := s.next(t.Context())
			if got := websocket.CloseStatus(err); c.refused != 0 || got != c.code && c.code != 0 || c.code == 0 && m.Type != "connection_ack" {
				t.Errorf("%s: %s, %v", name, m.Type, err)
			}
			s.CloseNow()
		}
	})
}
