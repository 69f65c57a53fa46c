package graph_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
)

type socketMessage struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// socket opens a WebSocket for a viewer, and returns what runs an operation on it:
// the answer, or the errors.
func (w *world) socket(t *testing.T, v viewer.Viewer) func(id, document, extensions string) (kind, answer string) {
	t.Helper()
	handler := w.Handler()
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(rw, r.WithContext(viewer.NewContext(r.Context(), v)))
	}))
	t.Cleanup(srv.Close)
	conn, _, err := websocket.Dial(t.Context(), srv.URL, &websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Idempotency-Key": {"of the handshake"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	read := func() (m socketMessage) {
		if err := wsjson.Read(t.Context(), conn, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	send := func(m socketMessage) {
		if err := wsjson.Write(t.Context(), conn, m); err != nil {
			t.Fatal(err)
		}
	}
	send(socketMessage{Type: "connection_init"})
	read()
	return func(id, document, extensions string) (kind, answer string) {
		payload, _ := json.Marshal(map[string]any{"query": document, "extensions": json.RawMessage(extensions)})
		send(socketMessage{ID: id, Type: "subscribe", Payload: payload})
		m := read()
		if m.Type == "next" {
			if end := read(); end.Type != "complete" {
				t.Errorf("%s is followed by %s", document, end.Type)
			}
		}
		return m.Type, string(m.Payload)
	}
}

// An operation on a WebSocket is what it is by POST: the same viewer, price and
// limits. It sees what those before it did, and a mutation has its own
// idempotency key.
func TestOperationsOnAWebSocket(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		v, _ := viewer.FromContext(w.api)
		run := w.socket(t, v)
		const groups = `{ groups { totalCount edges { node { displayName } } } }`
		create := func(name string) string {
			return `mutation { createGroup(input: {directoryId: "` + w.directory.ID.String() + `", displayName: "` + name + `"}) { group { id } } }`
		}
		want := func(document, extensions, kind, part string) string {
			t.Helper()
			got, answer := run("1", document, extensions)
			if got != kind || !strings.Contains(answer, part) {
				t.Fatalf("%s: %s %s", document, got, answer)
			}
			return answer
		}
		want(groups, `{}`, "next", `"totalCount":0`)
		first := want(create("Crew"), `{"idempotencyKey":"a"}`, "next", `"createGroup"`)
		if again := want(create("Crew"), `{"idempotencyKey":"a"}`, "next", `"createGroup"`); again[:strings.Index(again, "extensions")] != first[:strings.Index(first, "extensions")] {
			t.Errorf("%s, sent again %s", first, again)
		}
		want(create("Watch"), `{}`, "next", `"createGroup"`) // the key of the handshake does not count
		want(create("Dock"), `{}`, "next", `"createGroup"`)
		want(create("Crew"), `{}`, "next", `CONFLICT`)
		want(create("x"), `{"idempotencyKey":7}`, "error", `INVALID`)
		want(groups, `{}`, "next", `"totalCount":3`)
		want(groups, `{}`, "next", `"requested":`)
		want(`{ groups(first: 1000) { totalCount } }`, `{}`, "error", `LIMIT`)
		want(`{ nothing }`, `{}`, "error", `GRAPHQL_VALIDATION_FAILED`)
		v.Scopes = []viewer.Scope{viewer.ScopeRead}
		if kind, answer := w.socket(t, v)("1", create("Nobody"), `{}`); !strings.Contains(answer, "FORBIDDEN") {
			t.Errorf("without the scope: %s %s", kind, answer)
		}
	})
}

// What is refused is not listed.
func TestDirectivesThatAreRefusedAreNotListed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"defer", "stream"} {
		if _, listed := graph.New(nil, graph.Config{}).Schema().Schema().Directives[name]; listed {
			t.Errorf("@%s is listed", name)
		}
	}
}
