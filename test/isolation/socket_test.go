package isolation_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// socket is a WebSocket over which a caller subscribes.
type socket struct {
	*websocket.Conn
}

// told is a message of the server.
type told struct {
	ID, Type string
	Payload  json.RawMessage
}

// connect opens a WebSocket as a caller; the answer is what the server said to
// one that it does not let in.
func connect(ctx context.Context, url, secret string) (*socket, answer) {
	conn, _, err := websocket.Dial(ctx, strings.Replace(url, "http", "ws", 1)+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		panic(err)
	}
	conn.SetReadLimit(1 << 20)
	s := &socket{conn}
	payload := map[string]any{}
	if secret != "" {
		payload["authorization"] = "Bearer " + secret
	}
	s.say(ctx, map[string]any{"type": "connection_init", "payload": payload})
	if _, err = s.next(ctx); err == nil {
		return s, answer{}
	}
	conn.CloseNow()
	status := http.StatusInternalServerError
	if websocket.CloseStatus(err) == 4403 { // Forbidden, as graphql-transport-ws has it
		status = http.StatusUnauthorized
	}
	return nil, answer{status: status, body: err.Error()}
}

func (s *socket) say(ctx context.Context, message any) {
	if err := wsjson.Write(ctx, s.Conn, message); err != nil && ctx.Err() == nil {
		panic(err)
	}
}

func (s *socket) next(ctx context.Context) (m told, err error) {
	return m, wsjson.Read(ctx, s.Conn, &m)
}

// overSocket sends operations over WebSockets, and returns what comes first, or
// nothing where nothing comes for a while.
func overSocket(url string) func(x try, value string) answer {
	return func(x try, value string) answer {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		s, refused := connect(ctx, url, x.secret)
		if s == nil {
			return refused
		}
		defer s.CloseNow()
		s.say(ctx, map[string]any{"id": "1", "type": "subscribe", "payload": x.request(value, x.trusted)})
		patience := 30 * time.Millisecond
		if x.answered() {
			patience = 10 * time.Second
		}
		quiet, stop := context.WithTimeout(ctx, patience)
		defer stop()
		m, err := s.next(quiet)
		if err != nil {
			return answer{status: http.StatusOK}
		}
		return answer{status: http.StatusOK, body: m.Type + string(m.Payload)}
	}
}

// listenTo serves a handler on the network.
func listenTo(t testing.TB, h http.Handler) (url string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}
