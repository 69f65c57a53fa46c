package stream_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/graph/stream"
	"github.com/feddir/feddir/internal/apierror"
)

// timeout is how long the server lets a request be read and answered, unless
// it is a stream.
const timeout = 200 * time.Millisecond

const sdl = `type Query { a: String } type Subscription { events: String }`

// inBubble runs a test with a clock that stands still while anything is being
// done, so that no machine is too slow for a time-out.
func inBubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

// server serves a subscription whose events the test sends.
type server struct {
	URL    string
	http   http.Server
	client http.Client
	hub    *stream.Hub
	events chan string   // what is to be told; closed for its end
	opened chan struct{} // gets one for each subscription that begins
	ended  chan struct{} // gets one for each that is over
	fail   error         // what the subscription ends with
	slow   bool          // whether that is the client's fault
}

type viewerKey struct{}

var errCoded = errors.New("coded")

// newServer serves over a listener with tight time-outs, which streams outlive.
func newServer(t *testing.T, cfg stream.Config) *server {
	t.Helper()
	s := &server{events: make(chan string), opened: make(chan struct{}, 100), ended: make(chan struct{}, 100)}
	cfg.Limits = limits.DefaultLimits()
	cfg.Limits.BodyBytes, cfg.Limits.Timeout = 4096, timeout
	if cfg.Authenticate == nil {
		cfg.Authenticate = func(r *http.Request, token string) (context.Context, error) {
			if token == "Bearer bad" {
				return nil, apierror.Errorf(apierror.Unauthenticated, "", "denied")
			}
			return context.WithValue(r.Context(), viewerKey{}, token), nil
		}
	}
	cfg.Key = func(ctx context.Context) string { return fmt.Sprint(ctx.Value(viewerKey{})) }
	s.hub = stream.NewHub(cfg)
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: sdl})
	exec := executor.New(&graphql.ExecutableSchemaMock{SchemaFunc: func() *ast.Schema { return schema }, ExecFunc: s.exec})
	exec.SetErrorPresenter(limits.ErrorPresenter(
		func(err error) *apierror.Error {
			if errors.Is(err, errCoded) {
				return apierror.Errorf("CODED", "", "coded")
			}
			return &apierror.Error{Code: apierror.Internal}
		},
		func(context.Context) string { return "" }, func(context.Context, error) {},
	))
	exec.SetRecoverFunc(limits.Recover)
	exec.Use(limits.NewDocument(cfg.Limits, graphql.NoCache[*ast.QueryDocument]{}))
	l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	s.URL, s.client.Transport = "http://directory.test", &http.Transport{DialContext: l.dial}
	s.http.ReadTimeout, s.http.WriteTimeout = timeout, timeout
	s.http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, transport := range []graphql.Transport{stream.WebSocket{Hub: s.hub}, stream.Events{Hub: s.hub}, limits.POST{Limits: cfg.Limits}} {
			if transport.Supports(r) {
				transport.Do(w, r, exec)
				return
			}
		}
	})
	ended := make(chan error, 1)
	go func() { ended <- s.http.Serve(l) }()
	t.Cleanup(func() {
		_ = s.hub.Stop(t.Context()) // its clients are gone
		s.client.CloseIdleConnections()
		if err := s.http.Shutdown(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return s
}

// pipes listens within this process: a connection of the network would be
// waited for by the clock of the machine.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *server) exec(ctx context.Context) graphql.ResponseHandler {
	s.opened <- struct{}{}
	context.AfterFunc(ctx, func() { s.ended <- struct{}{} })
	return func(ctx context.Context) *graphql.Response {
		select {
		case <-ctx.Done():
		case text, open := <-s.events:
			if open {
				data, _ := json.Marshal(map[string]string{"events": text})
				return &graphql.Response{Data: data}
			}
			if s.slow {
				stream.EndSlow(ctx, s.fail)
			} else if s.fail != nil {
				stream.End(ctx, s.fail)
			}
		}
		return nil
	}
}

type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

func subscribe(id, query string) message {
	payload, _ := json.Marshal(map[string]string{"query": query})
	return message{ID: id, Type: "subscribe", Payload: payload}
}

// client is a WebSocket as a client has it.
type client struct {
	*testing.T
	conn *websocket.Conn
}

// tryDial asks for a WebSocket.
func (s *server) tryDial(t *testing.T, offered ...string) (*websocket.Conn, *http.Response, error) {
	return websocket.Dial(t.Context(), s.URL, &websocket.DialOptions{HTTPClient: &s.client, Subprotocols: offered})
}

// dial connects without a word.
func (s *server) dial(t *testing.T) *client {
	t.Helper()
	conn, _, err := s.tryDial(t, stream.Subprotocol)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	return &client{t, conn}
}

// connect connects and says who is there.
func (s *server) connect(t *testing.T, token string) *client {
	t.Helper()
	c := s.dial(t)
	c.send(message{Type: "connection_init", Payload: json.RawMessage(`{"Authorization":"Bearer ` + token + `"}`)})
	c.want("", "connection_ack", "")
	return c
}

func (c *client) send(m message) {
	c.Helper()
	if err := wsjson.Write(c.Context(), c.conn, m); err != nil {
		c.Fatal(err)
	}
}

// want reads a message, whose payload must hold some text.
func (c *client) want(id, kind, payload string) {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), 10*time.Second)
	defer cancel()
	var m message
	if err := wsjson.Read(ctx, c.conn, &m); err != nil {
		c.Fatal(err)
	}
	if m.ID != id || m.Type != kind || !strings.Contains(string(m.Payload), payload) {
		c.Fatalf("got %s %s: %s, want %s %s: %s", m.ID, m.Type, m.Payload, id, kind, payload)
	}
}

// wantClosed reads up to the end of the connection, and returns its reason.
func (c *client) wantClosed(code websocket.StatusCode) (reason string) {
	c.Helper()
	for {
		var m message
		if err := wsjson.Read(c.Context(), c.conn, &m); err != nil {
			if got := websocket.CloseStatus(err); got != code {
				c.Errorf("closed with %d (%v), want %d", got, err, code)
			}
			closed, _ := errors.AsType[websocket.CloseError](err)
			return closed.Reason
		}
	}
}
