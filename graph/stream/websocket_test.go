package stream_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"

	"github.com/feddir/feddir/graph/stream"
	"github.com/feddir/feddir/internal/apierror"
)

const query = `subscription { events }`

func TestEventsAreTold(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, stream.Config{})
		c := s.connect(t, "a")
		c.send(message{Type: "ping", Payload: json.RawMessage(`{"x":1}`)})
		c.want("", "pong", `{"x":1}`)
		c.send(subscribe("1", query))
		<-s.opened
		s.events <- "one"
		c.want("1", "next", `{"data":{"events":"one"}`)
		time.Sleep(2 * timeout) // the bound of requests is not one of streams
		s.events <- "two"
		c.want("1", "next", `two`)
		close(s.events)
		c.want("1", "complete", "")
		if n := s.hub.Stats(); n.Connections != 1 || n.Subscriptions != 0 {
			t.Errorf("%+v", n)
		}
	})
}

// A query on a WebSocket is answered as by POST, and in the time it has there.
func TestOperationsAreAnswered(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		type prepared struct{}
		s := newServer(t, stream.Config{Prepare: func(ctx context.Context, p *graphql.RawParams) (context.Context, error) {
			if p.OperationName == "wrong" {
				return ctx, errCoded
			}
			return context.WithValue(ctx, prepared{}, true), nil
		}})
		c := s.connect(t, "a")
		c.send(subscribe("1", `{ a }`))
		<-s.opened
		s.events <- "one"
		c.want("1", "next", `{"data":{"events":"one"}`)
		c.want("1", "complete", "")
		c.send(subscribe("2", `query { a }`))
		<-s.opened
		c.want("2", "error", "extensions") // it is not answered in time
		c.send(message{ID: "3", Type: "subscribe", Payload: json.RawMessage(`{"query":"query wrong { a }","operationName":"wrong"}`)})
		c.want("3", "error", "CODED")
		c.send(subscribe("4", `{ a }`))
		<-s.opened
		c.send(message{ID: "4", Type: "complete"})
		c.send(subscribe("5", `{ nothing }`))
		c.want("5", "error", "GRAPHQL_VALIDATION_FAILED")
		if n := s.hub.Stats(); n.Connections != 1 {
			t.Errorf("%+v", n)
		}
	})
}

// Either side may ping at any time, also before it is said who is there.
func TestPingComesFirst(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, stream.Config{})
		c := s.dial(t)
		c.send(message{Type: "pong"})
		for range 2 {
			c.send(message{Type: "ping", Payload: json.RawMessage(`{"x":1}`)})
			c.want("", "pong", `{"x":1}`)
		}
		c.send(message{Type: "connection_init", Payload: json.RawMessage(`{"Authorization":"Bearer a"}`)})
		c.want("", "connection_ack", "")
	})
}

// Two ids that are half a character each would be one, and answered by a third.
func TestHalfACharacterEndsTheConnection(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, stream.Config{})
		for _, text := range []string{
			`{"id":"\ud83d","type":"subscribe","payload":{"query":"{ a }"}}`,
			`{"id":"1","type":"subscribe","payload":{"query":"{ a }","variables":{"n":"\ude00"}}}`,
			`{"type":"ping","payload":{"x":"\ud83d"}}`,
		} {
			c := s.connect(t, "a")
			if err := c.conn.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
				t.Fatal(err)
			}
			if reason := c.wantClosed(4400); !strings.Contains(reason, "half a character") {
				t.Errorf("%s: %q", text, reason)
			}
		}
	})
}

// Who pings and never says who it is, is sent away as who says nothing.
func TestPingsAloneDoNotKeepAConnection(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, stream.Config{InitTimeout: 300 * time.Millisecond})
		c := s.dial(t)
		c.send(message{Type: "ping"})
		c.want("", "pong", "")
		c.wantClosed(4408)
	})
}

// Some clients compare the names of headers with their case.
func TestHandshakeIsSpelledAsInTheRFC(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, stream.Config{})
		conn, err := s.client.Transport.(*http.Transport).DialContext(t.Context(), "tcp", "directory.test:80")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		go fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: directory.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n")
		var head strings.Builder
		for lines := bufio.NewScanner(conn); lines.Scan() && lines.Text() != ""; {
			head.WriteString(lines.Text() + "\n")
		}
		for _, want := range []string{"HTTP/1.1 101 ", "\nSec-WebSocket-Protocol: graphql-transport-ws\n", "\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n"} {
			if !strings.Contains(head.String(), want) {
				t.Errorf("%q is not in %s", want, head.String())
			}
		}
	})
}

// Whatever is against the subprotocol ends the connection with the code that
// tells why.
func TestConnectionsEnd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code websocket.StatusCode
		do   func(t *testing.T, s *server) *client
	}{
		"nothing is said": {4408, func(t *testing.T, s *server) *client { return s.dial(t) }},
		"subscribed before": {4401, func(t *testing.T, s *server) *client {
			c := s.dial(t)
			c.send(subscribe("1", query))
			return c
		}},
		"denied": {4403, func(t *testing.T, s *server) *client {
			c := s.dial(t)
			c.send(message{Type: "connection_init", Payload: json.RawMessage(`{"authorization":"Bearer bad"}`)})
			return c
		}},
		"not from there": {4403, func(t *testing.T, s *server) *client {
			c := s.dial(t)
			c.send(message{Type: "connection_init", Payload: json.RawMessage(`{"authorization":"Bearer elsewhere"}`)})
			return c
		}},
		"said twice": {4429, func(t *testing.T, s *server) *client {
			c := s.connect(t, "a")
			c.send(message{Type: "connection_init"})
			return c
		}},
		"one id twice": {4409, func(t *testing.T, s *server) *client {
			c := s.connect(t, "a")
			c.send(subscribe("1", query))
			c.send(subscribe("1", query))
			return c
		}},
		"unknown type": {4400, func(t *testing.T, s *server) *client {
			c := s.connect(t, "a")
			c.send(message{Type: "start"})
			return c
		}},
		"no id": {4400, func(t *testing.T, s *server) *client {
			c := s.connect(t, "a")
			c.send(subscribe("", query))
			return c
		}},
		"no parameters": {4400, func(t *testing.T, s *server) *client {
			c := s.connect(t, "a")
			c.send(message{ID: "1", Type: "subscribe", Payload: json.RawMessage(`[]`)})
			return c
		}},
		"no JSON": {4400, func(t *testing.T, s *server) *client {
			c := s.connect(t, "a")
			_ = c.conn.Write(t.Context(), websocket.MessageText, []byte("{"))
			return c
		}},
		"too long": {websocket.StatusMessageTooBig, func(t *testing.T, s *server) *client {
			c := s.connect(t, "a")
			c.send(subscribe("1", query+strings.Repeat(" ", 5000)))
			return c
		}},
		"the server stops": {websocket.StatusGoingAway, func(t *testing.T, s *server) *client {
			c := s.connect(t, "a")
			c.send(subscribe("1", query))
			<-s.opened
			go s.hub.Stop(t.Context())
			return c
		}},
		"the server stops before anything is said": {websocket.StatusGoingAway, func(t *testing.T, s *server) *client {
			c := s.dial(t)
			go s.hub.Stop(t.Context())
			return c
		}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				s := newServer(t, stream.Config{
					InitTimeout: 300 * time.Millisecond,
					Allows: func(ctx context.Context, _ *http.Request) bool {
						return ctx.Value(viewerKey{}) != "Bearer elsewhere"
					},
				})
				c.do(t, s).wantClosed(c.code)
				if err := s.hub.Stop(t.Context()); err != nil {
					t.Error(err)
				}
				if n := s.hub.Stats(); n.Connections != 0 || n.Subscriptions != 0 || n.SlowConsumers != 0 {
					t.Errorf("left: %+v", n)
				}
			})
		})
	}
}

// The reason of the close says what is wrong with the key, or that waiting helps.
func TestConnectionOfAWrongKeyEndsWithTheReason(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a€", 60)
	for name, c := range map[string]struct {
		err    error
		code   websocket.StatusCode
		reason string
	}{
		"wrong":             {apierror.Errorf(apierror.Unauthenticated, "", "there is no key after Bearer"), 4403, "there is no key after Bearer"},
		"longer than fits":  {apierror.Errorf(apierror.Unauthenticated, "", "%s", long), 4403, long[:120] + "…"},
		"nobody could look": {errors.New("secret"), websocket.StatusTryAgainLater, "the directory is busy; try again"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				s := newServer(t, stream.Config{Authenticate: func(*http.Request, string) (context.Context, error) { return nil, c.err }})
				client := s.dial(t)
				client.send(message{Type: "connection_init"})
				_, _, err := client.conn.Read(t.Context())
				closed, _ := errors.AsType[websocket.CloseError](err)
				if closed.Code != c.code || closed.Reason != c.reason {
					t.Errorf("%v, want %d %q", err, c.code, c.reason)
				}
			})
		})
	}
}

func TestEndOfTheKeyEndsStreams(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		var revoked atomic.Bool
		s := newServer(t, stream.Config{
			CheckInterval: time.Millisecond,
			Valid:         func(context.Context) (bool, error) { return !revoked.Load(), nil },
		})
		c := s.connect(t, "a")
		c.send(subscribe("1", query))
		<-s.opened
		revoked.Store(true)
		c.wantClosed(4403)
		<-s.ended
	})
}

func TestRefusedOperations(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, stream.Config{PerConnection: 2})
		c := s.connect(t, "a")
		for document, code := range map[string]string{
			`{ nothing }`:                        "GRAPHQL_VALIDATION_FAILED",
			`subscription { nothing }`:           "GRAPHQL_VALIDATION_FAILED",
			`subscription {`:                     "GRAPHQL_PARSE_FAILED",
			`subscription ` + nested(20):         "LIMIT",
			`subscription { events @defer }`:     "GRAPHQL_VALIDATION_FAILED",
			`subscription { a:events b:events }`: "GRAPHQL_VALIDATION_FAILED",
			`subscription { __typename }`:        "GRAPHQL_VALIDATION_FAILED",
		} {
			c.send(subscribe("1", document))
			c.want("1", "error", code)
		}
		if len(s.opened) > 0 {
			t.Error("a refused operation was run")
		}
		for _, id := range []string{"1", "2"} {
			c.send(subscribe(id, query))
			<-s.opened
		}
		c.send(subscribe("3", query))
		c.want("3", "error", "LIMIT")
		c.send(message{ID: "1", Type: "complete"})
		<-s.ended
		c.send(subscribe("4", `subscription { nothing }`)) // its turn comes when 1 is over
		c.want("4", "error", "")
	})
}

func nested(n int) string { return strings.Repeat("{a", n) + strings.Repeat("}", n) }

func TestSubscriptionsOfAKeyAreBounded(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, stream.Config{PerKey: 1})
		first, second, other := s.connect(t, "a"), s.connect(t, "a"), s.connect(t, "b")
		first.send(subscribe("1", query))
		<-s.opened
		second.send(subscribe("1", query))
		second.want("1", "error", "LIMIT")
		other.send(subscribe("1", query))
		<-s.opened
		first.conn.CloseNow()
		<-s.ended
		for s.hub.Stats().Subscriptions > 1 {
			time.Sleep(time.Millisecond)
		}
		second.send(subscribe("1", query))
		<-s.opened
	})
}

func TestConnectionsOfAKeyAreBounded(t *testing.T) {
	t.Parallel()
	s := newServer(t, stream.Config{SocketsPerKey: 1})
	first := s.connect(t, "a")
	s.connect(t, "b")
	second := s.dial(t)
	second.send(message{Type: "connection_init", Payload: json.RawMessage(`{"authorization":"Bearer a"}`)})
	second.wantClosed(websocket.StatusTryAgainLater)
	first.conn.CloseNow()
	for s.hub.Stats().Connections > 1 {
		time.Sleep(time.Millisecond)
	}
	s.connect(t, "a")
}

func TestNamelessConnectionsAreBounded(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, stream.Config{Unauthenticated: 1})
		s.dial(t)
		_, resp, err := s.tryDial(t, stream.Subprotocol)
		if err == nil || resp.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("a second one: %v", err)
		}
	})
}

func TestOtherSubprotocolsAreRefused(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, stream.Config{})
		for _, offered := range [][]string{nil, {"graphql-ws"}} {
			_, resp, err := s.tryDial(t, offered...)
			if err == nil || resp.StatusCode != http.StatusBadRequest {
				t.Errorf("%v: %v", offered, err)
			}
		}
	})
}

// A client that takes nothing is cut off, and holds nothing up.
func TestSlowConsumerIsCutOff(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, stream.Config{WriteTimeout: 100 * time.Millisecond})
		c := s.connect(t, "a")
		c.send(subscribe("1", query))
		<-s.opened
		long := strings.Repeat("x", 1<<20)
		for {
			select {
			case s.events <- long:
				continue
			case <-s.ended:
			case <-t.Context().Done():
			}
			break
		}
		if err := s.hub.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if n := s.hub.Stats(); n.SlowConsumers != 1 || n.Connections != 0 {
			t.Errorf("%+v", n)
		}
	})
}

func TestSubscriptionsSayHowTheyEnd(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		for _, slow := range []bool{false, true} {
			s := newServer(t, stream.Config{})
			s.fail, s.slow = errCoded, slow
			c := s.connect(t, "a")
			c.send(subscribe("1", query))
			close(s.events)
			c.want("1", "error", `"CODED"`)
			if n := s.hub.Stats().SlowConsumers; (n == 1) != slow {
				t.Errorf("%d cut off", n)
			}
		}
	})
}
