package stream_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/feddir/feddir/graph/stream"
)

// listen asks for an event stream.
func (s *server) listen(t *testing.T, body string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	resp, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

const body = `{"query":"subscription { events }"}`

func TestEventStream(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, stream.Config{PingInterval: time.Millisecond})
		resp := s.listen(t, body)
		if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
			t.Fatalf("%d %v", resp.StatusCode, resp.Header)
		}
		lines := bufio.NewScanner(resp.Body)
		want := func(text string) {
			t.Helper()
			for lines.Scan() {
				if line := lines.Text(); line != "" && line != ":" {
					if !strings.Contains(line, text) {
						t.Fatalf("told %q, want %q", line, text)
					}
					return
				}
			}
			t.Fatalf("the stream has ended, want %q", text)
		}
		<-s.opened
		for _, text := range []string{"one", "two"} {
			s.events <- text
			want("event: next")
			want(`data: {"data":{"events":"` + text + `"}`)
			time.Sleep(2 * timeout) // the bound of requests is not one of streams
		}
		close(s.events)
		want("event: complete")
		want("data:")
		if lines.Scan(); lines.Scan() {
			t.Errorf("more: %q", lines.Text())
		}
	})
}

// What ends an event stream is told as its last event.
func TestEventStreamSaysHowItEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code string
		end  func(t *testing.T, s *server, revoked *atomic.Bool)
	}{
		"stopping": {"UNAVAILABLE", func(t *testing.T, s *server, _ *atomic.Bool) { go s.hub.Stop(t.Context()) }},
		"revoked":  {"UNAUTHENTICATED", func(_ *testing.T, _ *server, revoked *atomic.Bool) { revoked.Store(true) }},
		"failed": {"CODED", func(_ *testing.T, s *server, _ *atomic.Bool) {
			s.fail = errCoded
			close(s.events)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				var revoked atomic.Bool
				s := newServer(t, stream.Config{
					CheckInterval: time.Millisecond,
					Valid:         func(context.Context) (bool, error) { return !revoked.Load(), nil },
				})
				resp := s.listen(t, body)
				<-s.opened
				c.end(t, s, &revoked)
				text, err := io.ReadAll(resp.Body)
				if err != nil || !strings.Contains(string(text), `"code":"`+c.code+`"`) || strings.Contains(string(text), `"data"`) || !strings.HasSuffix(string(text), "event: complete\ndata:\n\n") {
					t.Errorf("%v: %s", err, text)
				}
			})
		})
	}
}

func TestRefusedEventStreams(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, stream.Config{})
		for sent, status := range map[string]int{
			`{`:                        http.StatusBadRequest,
			`[]`:                       http.StatusUnprocessableEntity,
			strings.Repeat(" ", 10000): http.StatusRequestEntityTooLarge,
		} {
			if resp := s.listen(t, sent); resp.StatusCode != status {
				t.Errorf("%.10q: status %d, want %d", sent, resp.StatusCode, status)
			}
		}
		for sent, code := range map[string]string{
			`{"query":"{ a }"}`:                           "GRAPHQL_VALIDATION_FAILED",
			`{"query":"subscription ` + nested(20) + `"}`: "LIMIT",
		} {
			text, err := io.ReadAll(s.listen(t, sent).Body)
			if err != nil || !strings.Contains(string(text), code) || len(s.opened) > 0 {
				t.Errorf("%s: %v: %s", sent, err, text)
			}
		}
		if err := s.hub.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if resp := s.listen(t, body); resp.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("stopped: status %d", resp.StatusCode)
		}
	})
}

// A client that goes away ends its subscription.
func TestClientGoesAway(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := newServer(t, stream.Config{})
		resp := s.listen(t, body)
		<-s.opened
		resp.Body.Close()
		<-s.ended
	})
}
