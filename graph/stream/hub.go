package stream

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/graph/limits"
)

// Config is how streams are served. What is zero has the value that is named.
type Config struct {
	Limits limits.Limits // of the requests that open streams

	// Authenticate finds the viewer of a WebSocket that shows its token in the
	// connection_init message, and returns the context to work in. A request
	// that carries a viewer already keeps it. Nil where all do.
	Authenticate func(r *http.Request, token string) (context.Context, error)
	// Holds reports whether the key that a context was authenticated with still
	// works. Nil for always.
	Holds func(ctx context.Context) (bool, error)
	// Allows reports whether the page that sent r may use the viewer of ctx.
	// Nil for always.
	Allows func(ctx context.Context, r *http.Request) bool
	// Prepare returns the context of one query or mutation on a WebSocket, which
	// must not see what another one has left in that of the connection. Its error
	// is the answer. Nil where it needs none.
	Prepare func(ctx context.Context, p *graphql.RawParams) (context.Context, error)
	// Key names whose streams are counted together.
	Key func(ctx context.Context) string

	PerConnection int // subscriptions on one WebSocket; 20
	PerKey        int // subscriptions of one key; 200
	SocketsPerKey int // WebSockets of one key; 400
	Nameless      int // WebSockets that have not said who they are; 1,000

	InitWithin  time.Duration // until a WebSocket must have said who it is; 10 s
	WriteWithin time.Duration // until a client must have taken what is written; 10 s
	PingEvery   time.Duration // how often a quiet connection is tried; 20 s
	CheckEvery  time.Duration // how often a key is looked at; 250 ms
}

func (c Config) withDefaults() Config {
	for _, d := range []struct {
		n    *int
		want int
	}{{&c.PerConnection, 20}, {&c.PerKey, 200}, {&c.SocketsPerKey, 400}, {&c.Nameless, 1000}} {
		if *d.n <= 0 {
			*d.n = d.want
		}
	}
	for _, d := range []struct {
		t    *time.Duration
		want time.Duration
	}{{&c.InitWithin, 10 * time.Second}, {&c.WriteWithin, 10 * time.Second}, {&c.PingEvery, 20 * time.Second}, {&c.CheckEvery, 250 * time.Millisecond}} {
		if *d.t <= 0 {
			*d.t = d.want
		}
	}
	if c.Prepare == nil {
		c.Prepare = func(ctx context.Context, _ *graphql.RawParams) (context.Context, error) { return ctx, nil }
	}
	if c.Key == nil {
		c.Key = func(context.Context) string { return "" }
	}
	return c
}

// Hub knows all streams of a server. Safe for concurrent use.
type Hub struct {
	cfg      Config
	stopping chan struct{}

	mu                     sync.Mutex
	stopped                bool
	open                   sync.WaitGroup // connections
	nameless               int
	sockets, subscriptions byKey

	connections, cutOff atomic.Int64
}

// byKey is how many of something each key has.
type byKey map[string]int

// NewHub returns a hub without streams.
func NewHub(cfg Config) *Hub {
	return &Hub{cfg: cfg.withDefaults(), stopping: make(chan struct{}), sockets: byKey{}, subscriptions: byKey{}}
}

// Asked reports whether a request asks for a stream.
func Asked(r *http.Request) bool { return IsWebSocket(r) || isEventStream(r) }

// IsWebSocket reports whether a request wants to become a WebSocket.
func IsWebSocket(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// Stats are what a hub serves now, and what it has cut off.
type Stats struct {
	Connections   int64 // WebSockets and event streams
	Subscriptions int64
	CutOff        int64 // since the start: consumers that were too slow
}

// Stats returns the counts.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	total := 0
	for _, n := range h.subscriptions {
		total += n
	}
	return Stats{h.connections.Load(), int64(total), h.cutOff.Load()}
}

// Bounds are how many subscriptions a key has at most, and how many of them on
// one WebSocket.
func (h *Hub) Bounds() (key, connection int) { return h.cfg.PerKey, h.cfg.PerConnection }

// Stop ends all streams, telling clients why, and takes no more. It waits for
// them until ctx ends.
func (h *Hub) Stop(ctx context.Context) error {
	h.mu.Lock()
	if !h.stopped {
		h.stopped = true
		close(h.stopping)
	}
	h.mu.Unlock()
	done := make(chan struct{})
	go func() {
		h.open.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// connect counts a connection until leave is called; ok is false while the
// server stops.
func (h *Hub) connect() (leave func(), ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped {
		return nil, false
	}
	h.open.Add(1)
	h.connections.Add(1)
	return sync.OnceFunc(func() {
		h.connections.Add(-1)
		h.open.Done()
	}), true
}

// awaitName counts a WebSocket of which nobody knows whose it is.
func (h *Hub) awaitName() (known func(), ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.nameless >= h.cfg.Nameless {
		return nil, false
	}
	h.nameless++
	return sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.nameless--
	}), true
}

// take counts one more for a key until leave is called; ok is false where it has
// as many as it may have.
func (h *Hub) take(of byKey, key string, most int) (leave func(), ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if of[key] >= most {
		return nil, false
	}
	of[key]++
	return sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if of[key]--; of[key] == 0 {
			delete(of, key)
		}
	}), true
}
