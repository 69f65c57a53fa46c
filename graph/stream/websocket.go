package stream

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"

	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/apierror"
)

// Subprotocol is the subprotocol that a WebSocket must offer.
const Subprotocol = "graphql-transport-ws"

// The close codes of the subprotocol.
const (
	closeStopping     = websocket.StatusGoingAway     // 1001
	closeTryAgain     = websocket.StatusTryAgainLater // 1013
	closeInvalid      = websocket.StatusCode(4400)
	closeUnauthorized = websocket.StatusCode(4401)
	closeForbidden    = websocket.StatusCode(4403)
	closeInitTimeout  = websocket.StatusCode(4408)
	closeDuplicate    = websocket.StatusCode(4409)
	closeInitAgain    = websocket.StatusCode(4429)
)

// WebSocket is the transport of subscriptions over graphql-transport-ws
// (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md). A request
// without a viewer sends its key in connection_init, as
// {"authorization": "Bearer fda_…"}: browsers cannot set headers here.
type WebSocket struct{ Hub *Hub }

var _ graphql.Transport = WebSocket{}

// Supports implements graphql.Transport.
func (WebSocket) Supports(r *http.Request) bool { return IsWebSocket(r) }

// Do implements graphql.Transport. It returns when the connection has ended.
func (t WebSocket) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	h, post := t.Hub, limits.POST{Limits: t.Hub.cfg.Limits}
	if !offers(r) {
		post.Fail(w, r, exec, http.StatusBadRequest, &apierror.Error{Code: apierror.BadRequest, Message: "offer the subprotocol " + Subprotocol})
		return
	}
	release, ok := h.connect()
	if !ok {
		post.Fail(w, r, exec, http.StatusServiceUnavailable, &apierror.Error{Code: apierror.Unavailable, Message: errStopping.Error()})
		return
	}
	defer release()
	authenticated, ok := h.admitUnauthenticated()
	if !ok {
		post.Fail(w, r, exec, http.StatusServiceUnavailable, &apierror.Error{
			Code: apierror.Unavailable, Message: "too many connections wait for their connection_init", RetryAfter: h.cfg.InitTimeout,
		})
		return
	}
	defer authenticated()
	// The origin is checked with the key, in begin.
	conn, err := websocket.Accept(handshake{w}, r, &websocket.AcceptOptions{Subprotocols: []string{Subprotocol}, InsecureSkipVerify: true})
	if err != nil {
		return // it was answered
	}
	defer conn.CloseNow()
	conn.SetReadLimit(h.cfg.Limits.BodyBytes)
	s := &session{hub: h, conn: conn, exec: exec, request: r, release: func() {}, active: make(map[string]context.CancelFunc)}
	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	defer func() { s.release() }()
	if s.begin(ctx) {
		authenticated()
		s.serve(cancel)
	}
}

// offers reports whether a request offers our subprotocol.
func offers(r *http.Request) bool {
	return slices.ContainsFunc(r.Header.Values("Sec-WebSocket-Protocol"), func(offered string) bool { return hasToken(offered, Subprotocol) })
}

func limit(format string, args ...any) error {
	return &apierror.Error{Code: apierror.Limit, Message: fmt.Sprintf(format, args...)}
}

// ping keeps proxies from ending a quiet connection, and ends a context when the
// client is no longer connected.
func (h *Hub) ping(ctx context.Context, cancel context.CancelCauseFunc, send func(context.Context) error) {
	tick := time.NewTicker(h.cfg.PingInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := send(ctx); err != nil {
			cancel(err)
			return
		}
	}
}

// watch ends a context when the server stops, or when the key is no longer valid.
func (h *Hub) watch(ctx context.Context, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(h.cfg.CheckInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.stopping:
			cancel(errStopping)
			return
		case <-tick.C:
		}
		if h.cfg.Valid == nil {
			continue
		}
		// While the database does not answer, the key is taken to be valid.
		if holds, err := h.cfg.Valid(ctx); err == nil && !holds {
			cancel(errKeyInvalid)
			return
		}
	}
}
