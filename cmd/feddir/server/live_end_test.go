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

// patience is how long a test waits for what must come. It ends at once when
// all is well, however busy the machine is.
const patience = time.Minute

// wantEnd reads until the connection is closed, and returns how long that took.
func (s *socket) wantEnd(t *testing.T, code websocket.StatusCode) time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	began := time.Now()
	for {
		if _, err := s.next(ctx); err != nil {
			if got := websocket.CloseStatus(err); got != code {
				t.Fatalf("closed with %d after %v: %v", got, time.Since(began), err)
			}
			return time.Since(began)
		}
	}
}

// atBest measures until it takes no longer than it should, since the machine
// may be busy, and fails when no attempt is so quick.
func atBest(t *testing.T, limit time.Duration, measured func() time.Duration) {
	t.Helper()
	best := patience
	for range 5 {
		if best = min(best, measured()); best <= limit {
			return
		}
	}
	t.Errorf("it takes %v at best, longer than %v", best, limit)
}

// want reads one message of a kind.
func (s *socket) want(t *testing.T, kind, payload string) message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
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
		atBest(t, 2*time.Second, func() time.Duration { return untilStreamsEnd(t, r, k) })
	})
}

// untilStreamsEnd revokes a key that streams were opened with.
func untilStreamsEnd(t *testing.T, r *replicas, k *tenant) time.Duration {
	t.Helper()
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
	took := s.wantEnd(t, 4403)
	if told := events.rest(); !strings.Contains(told, "UNAUTHENTICATED") || !strings.Contains(told, "event: complete") {
		t.Errorf("the event stream ends with %q", told)
	}
	if _, err := connect(t.Context(), far.URL(), secret); websocket.CloseStatus(err) != 4403 {
		t.Errorf("connecting afterwards: %v", err)
	}
	return took
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
		changes, some := mustConnect(t, url, k.api), mustConnect(t, url, k.api)
		// Behind this place all is told, whenever a subscription begins.
		variables := map[string]any{"directory": k.directoryID, "after": latest(t, url, k.api)}
		changes.mustSubscribe(t, changesSubscription, variables)
		some.mustSubscribe(t, `subscription($directory: ID, $after: Cursor) { changes(directoryId: $directory, after: $after, where: {resourceType: [GROUP]}) { node { kind } } }`, variables)
		k.mustCreateGroup(t.Context(), t, r, "Crew") // its change says that both have begun
		changes.want(t, "next", "CREATED")
		some.want(t, "next", "CREATED")
		k.mustDeleteDirectory(t, r)
		changes.want(t, "next", "DELETED")
		changes.want(t, "complete", "")
		some.want(t, "complete", "")
		changes.mustSubscribe(t, changesSubscription, map[string]any{"directory": k.directoryID})
		changes.want(t, "error", "NOT_FOUND")
	})
}

func (k *tenant) mustDeleteDirectory(t *testing.T, r *replicas) {
	t.Helper()
	in := model.DeleteDirectoryInput{ID: uuid.MustParse(k.directoryID)}
	if _, err := r.get(0).Operations().DeleteDirectory(viewer.NewContext(t.Context(), k.viewer), in); err != nil {
		t.Fatal(err)
	}
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
		s.wantEnd(t, websocket.StatusGoingAway)
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
