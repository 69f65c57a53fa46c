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

// Config says how streams are served. A zero value means the default that is
// given.
type Config struct {
	Limits limits.Limits // of the requests that open streams

	// Authenticate authenticates a WebSocket by the token of its connection_init
	// message and returns the context to work in. A request that has a viewer keeps
	// it. The client is shown why, where it fails with apierror.Unauthenticated; after
	// any other error it may try again. Nil if all requests have one.
	Authenticate func(r *http.Request, token string) (context.Context, error)
	// Valid reports whether the key of a context is still valid. Nil for always.
	Valid func(ctx context.Context) (bool, error)
	// Allows reports whether the page that sent r may use the viewer of ctx.
	// Nil for always.
	Allows func(ctx context.Context, r *http.Request) bool
	// Prepare returns the context of one query or mutation on a WebSocket, which
	// must not share state with others on the connection. Its error is the answer.
	// Nil for none.
	Prepare func(ctx context.Context, p *graphql.RawParams) (context.Context, error)
	// Key names the key of a context. The streams of a key are counted together.
	Key func(ctx context.Context) string

	PerConnection   int // subscriptions on one WebSocket; 20
	PerKey          int // subscriptions of one key; 200
	SocketsPerKey   int // WebSockets of one key; 400
	Unauthenticated int // WebSockets before their connection_init; 1,000

	InitTimeout   time.Duration // until a WebSocket must have sent connection_init; 10 s
	WriteTimeout  time.Duration // of one write; 10 s
	PingInterval  time.Duration // between pings; 20 s
	CheckInterval time.Duration // between checks of a key; 250 ms
}

func (c Config) withDefaults() Config {
	for _, d := range []struct {
		n    *int
		want int
	}{{&c.PerConnection, 20}, {&c.PerKey, 200}, {&c.SocketsPerKey, 400}, {&c.Unauthenticated, 1000}} {
		if *d.n <= 0 {
			*d.n = d.want
		}
	}
	for _, d := range []struct {
		t    *time.Duration
		want time.Duration
	}{{&c.InitTimeout, 10 * time.Second}, {&c.WriteTimeout, 10 * time.Second}, {&c.PingInterval, 20 * time.Second}, {&c.CheckInterval, 250 * time.Millisecond}} {
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

// Hub has all streams of a server. Safe for concurrent use.
type Hub struct {
	cfg      Config
	stopping chan struct{}

	mu                     sync.Mutex
	stopped                bool
	open                   sync.WaitGroup // connections
	unauthenticated        int
	sockets, subscriptions byKey

	connections, slowConsumers atomic.Int64
}

// byKey counts something for each key.
type byKey map[string]int

// NewHub returns a hub without streams.
func NewHub(cfg Config) *Hub {
	return &Hub{cfg: cfg.withDefaults(), stopping: make(chan struct{}), sockets: byKey{}, subscriptions: byKey{}}
}

// IsStream reports whether a request opens a stream.
func IsStream(r *http.Request) bool { return IsWebSocket(r) || isEventStream(r) }

// IsWebSocket reports whether a request opens a WebSocket.
func IsWebSocket(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}

// Stats counts the streams that a hub serves, and those it has ended.
type Stats struct {
	Connections   int64 // WebSockets and event streams
	Subscriptions int64
	SlowConsumers int64 // since the start: those that were disconnected
}

// Stats returns the counts.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	total := 0
	for _, n := range h.subscriptions {
		total += n
	}
	return Stats{h.connections.Load(), int64(total), h.slowConsumers.Load()}
}

// Bounds returns how many subscriptions a key may have, and how many of them on
// one WebSocket.
func (h *Hub) Bounds() (key, connection int) { return h.cfg.PerKey, h.cfg.PerConnection }

// Stop ends all streams with an error that says why, and refuses new ones. It
// waits for them until ctx ends.
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

// connect counts a connection until release is called; ok is false while the
// server stops.
func (h *Hub) connect() (release func(), ok bool) {
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

// admitUnauthenticated counts a WebSocket until it is authenticated; ok is false
// if there are too many of these.
func (h *Hub) admitUnauthenticated() (known func(), ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.unauthenticated >= h.cfg.Unauthenticated {
		return nil, false
	}
	h.unauthenticated++
	return sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.unauthenticated--
	}), true
}

// acquire counts one more for a key until release is called; ok is false if the
// key has as many as it may have.
func (h *Hub) acquire(of byKey, key string, most int) (release func(), ok bool) {
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
