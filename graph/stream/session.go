package stream

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/jsontext"
)

// session is one WebSocket.
type session struct {
	hub     *Hub
	conn    *websocket.Conn
	exec    graphql.GraphExecutor
	request *http.Request
	ctx     context.Context // of the viewer, until the connection ends
	release func()          // releases the connection from those of its key

	mu     sync.Mutex
	active map[string]context.CancelFunc // operations by their ids
	work   sync.WaitGroup
	slow   sync.Once // counts a slow consumer
}

// message is a message of the subprotocol, in either direction.
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

const (
	maxID     = 128 // bytes of the id of a subscription
	maxReason = 123 // bytes of the reason of a close (RFC 6455 §5.5)
)

// begin waits for connection_init and authenticates the connection.
func (s *session) begin(ctx context.Context) bool {
	within, cancel := context.WithTimeout(ctx, s.hub.cfg.InitTimeout)
	defer cancel()
	stop := context.AfterFunc(within, func() {
		if errors.Is(within.Err(), context.DeadlineExceeded) {
			s.conn.Close(closeInitTimeout, "Connection initialisation timeout")
		}
	})
	defer stop()
	go func() { // otherwise the connection would end without a reason
		select {
		case <-s.hub.stopping:
			s.conn.Close(closeStopping, errStopping.Error())
		case <-within.Done():
		}
	}()
	m, err := s.readInit(ctx)
	if err != nil {
		return false
	}
	if m.Type != "connection_init" {
		s.conn.Close(closeUnauthorized, "Unauthorized")
		return false
	}
	s.ctx = ctx
	if authenticate := s.hub.cfg.Authenticate; authenticate != nil {
		if s.ctx, err = authenticate(s.request.WithContext(ctx), token(m.Payload)); err != nil {
			s.refuse(err)
			return false
		}
	}
	if allows := s.hub.cfg.Allows; allows != nil && !allows(s.ctx, s.request) {
		s.conn.Close(closeForbidden, "the key does not list the origin of this page")
		return false
	}
	release, ok := s.hub.acquire(s.hub.sockets, s.hub.cfg.Key(s.ctx), s.hub.cfg.SocketsPerKey)
	if !ok {
		s.conn.Close(closeTryAgain, "Too many connections of this key")
		return false
	}
	s.release = release
	return s.write(s.ctx, message{Type: "connection_ack"}) == nil
}

// refuse closes a connection that could not be authenticated.
func (s *session) refuse(err error) {
	code, reason := closeTryAgain, "the directory is busy; try again"
	if e, ok := errors.AsType[*apierror.Error](err); ok && e.Code == apierror.Unauthenticated {
		code, reason = closeForbidden, e.Message
	}
	s.conn.Close(code, truncate(reason, maxReason))
}

// truncate shortens a text to so many bytes of UTF-8.
func truncate(text string, most int) string {
	const ellipsis = "…"
	if len(text) <= most {
		return text
	}
	end := most - len(ellipsis)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}

// readInit reads the first message that is not a ping or pong, which either side
// may send at any time.
func (s *session) readInit(ctx context.Context) (m message, err error) {
	for {
		if m, err = s.read(ctx); err != nil {
			return m, err
		}
		switch m.Type {
		case "ping":
			if err := s.write(ctx, message{Type: "pong", Payload: m.Payload}); err != nil {
				return m, err
			}
		case "pong":
		default:
			return m, nil
		}
	}
}

// token returns the bearer token in the payload of connection_init.
func token(payload json.RawMessage) string {
	var p struct {
		Authorization string `json:"authorization"` // Go ignores the case of the name
	}
	if json.Unmarshal(payload, &p) != nil {
		return ""
	}
	return p.Authorization
}

// serve handles messages until the connection ends, and closes it with the reason.
func (s *session) serve(cancel context.CancelCauseFunc) {
	ctx := s.ctx
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		<-ctx.Done()
		switch cause := context.Cause(ctx); {
		case errors.Is(cause, errStopping):
			s.conn.Close(closeStopping, cause.Error())
		case errors.Is(cause, errKeyInvalid):
			s.conn.Close(closeForbidden, cause.Error())
		}
	}()
	s.work.Go(func() { s.hub.watch(ctx, cancel) })
	s.work.Go(func() { s.hub.ping(ctx, cancel, s.ping) })
	for {
		// The context of the viewer would end the connection before it is closed
		// with a reason.
		m, err := s.read(context.WithoutCancel(ctx))
		if err != nil || !s.handle(m) {
			break
		}
	}
	cancel(errDisconnected)
	<-closed
	s.work.Wait()
}

// ping asks the client for a sign.
func (s *session) ping(ctx context.Context) error {
	within, done := context.WithTimeout(ctx, s.hub.cfg.WriteTimeout)
	defer done()
	if s.conn.Ping(within) != nil {
		s.conn.CloseNow()
		return errDisconnected
	}
	return nil
}

// handle handles a message; false ends the connection.
func (s *session) handle(m message) bool {
	switch m.Type {
	case "ping":
		return s.write(s.ctx, message{Type: "pong", Payload: m.Payload}) == nil
	case "pong":
		return true
	case "connection_init":
		s.conn.Close(closeInitAgain, "Too many initialisation requests")
		return false
	case "complete":
		s.mu.Lock()
		defer s.mu.Unlock()
		if stop, ok := s.active[m.ID]; ok {
			stop()
		}
		return true
	case "subscribe":
		return s.subscribe(m)
	}
	s.conn.Close(closeInvalid, "Unknown type of message")
	return false
}

func (s *session) subscribe(m message) bool {
	p, refused := limits.Parameters(m.Payload)
	if refused != nil || m.ID == "" || len(m.ID) > maxID {
		s.conn.Close(closeInvalid, "Invalid subscribe message")
		return false
	}
	p.Headers = s.request.Header
	ctx, cancel := context.WithCancel(s.ctx)
	s.mu.Lock()
	_, taken := s.active[m.ID]
	full := len(s.active) >= s.hub.cfg.PerConnection
	if !taken && !full {
		s.active[m.ID] = cancel
	}
	s.mu.Unlock()
	switch {
	case taken:
		cancel()
		s.conn.Close(closeDuplicate, "Subscriber for this id already exists")
		return false
	case full:
		cancel()
		errs := present(s.ctx, s.exec, &graphql.OperationContext{}, limit("a connection may have at most %d operations at a time", s.hub.cfg.PerConnection))
		return s.send(message{ID: m.ID, Type: "error"}, errs) == nil
	}
	s.work.Go(func() {
		defer cancel()
		errs := s.hub.run(ctx, s.exec, p, s.hub.cfg.Prepare, func(resp *graphql.Response) error { return s.send(message{ID: m.ID, Type: "next"}, resp) })
		stopped := ctx.Err() != nil // the client completed it, or the connection has ended
		s.mu.Lock()
		delete(s.active, m.ID)
		s.mu.Unlock()
		switch {
		case stopped:
		case len(errs) > 0:
			_ = s.send(message{ID: m.ID, Type: "error"}, errs)
		default:
			_ = s.send(message{ID: m.ID, Type: "complete"}, nil)
		}
	})
	return true
}

// send writes a message with a payload.
func (s *session) send(m message, payload any) error {
	if errs, ok := payload.(gqlerror.List); payload != nil && (!ok || len(errs) > 0) {
		text, err := json.Marshal(payload)
		if err != nil {
			return err
		}
		m.Payload = text
	}
	return s.write(s.ctx, m)
}

// write writes a message. It ends the connection if the client does not read in
// time.
func (s *session) write(ctx context.Context, m message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.hub.cfg.WriteTimeout)
	defer cancel()
	if err := s.conn.Write(within, websocket.MessageText, text); err != nil {
		if within.Err() != nil {
			s.slow.Do(func() { s.hub.slowConsumers.Add(1) })
			return errSlow
		}
		return errDisconnected
	}
	return nil
}

// read reads one message. A malformed one ends the connection.
func (s *session) read(ctx context.Context) (m message, err error) {
	kind, text, err := s.conn.Read(ctx)
	if err != nil {
		return m, err
	}
	if kind != websocket.MessageText || !utf8.Valid(text) || json.Unmarshal(text, &m) != nil {
		err = errors.New("not a message of " + Subprotocol)
		s.conn.Close(closeInvalid, "Invalid message")
		return m, err
	}
	if jsontext.HalfCharacter(text) { // an id of it would come back as another
		err = errors.New("half a character")
		s.conn.Close(closeInvalid, "the message has an escape of half a character, such as \\ud83d without the other half")
	}
	return m, err
}

// hasToken reports whether a comma-separated header has a token.
func hasToken(header, token string) bool {
	for part := range strings.SplitSeq(header, ",") {
		if strings.EqualFold(strings.TrimSpace(part), token) {
			return true
		}
	}
	return false
}
