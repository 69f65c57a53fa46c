package stream

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/apierror"
)

// Events is the transport of subscriptions as event streams: the distinct
// connections mode of GraphQL over SSE
// (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md). The
// request is that of POST, with Accept: text/event-stream.
type Events struct{ Hub *Hub }

var _ graphql.Transport = Events{}

// Supports implements graphql.Transport.
func (Events) Supports(r *http.Request) bool { return isEventStream(r) }

// isEventStream reports whether a request opens an event stream.
func isEventStream(r *http.Request) bool {
	return r.Method == http.MethodPost && limits.PrefersEvents(r.Header.Values("Accept"))
}

// Do implements graphql.Transport. It returns when the stream has ended.
func (t Events) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	h, post := t.Hub, limits.POST{Limits: t.Hub.cfg.Limits}
	release, ok := h.connect()
	if !ok {
		post.Fail(w, r, exec, http.StatusServiceUnavailable, &apierror.Error{Code: apierror.Unavailable, Message: errStopping.Error()})
		return
	}
	defer release()
	p := post.Read(w, r, exec)
	if p == nil {
		return
	}
	header := w.Header()
	header.Set("Content-Type", limits.MediaEvents)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // a buffering proxy would delay events
	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	s := &events{hub: h, w: w, conn: http.NewResponseController(w)}
	if s.ping(ctx) != nil {
		return
	}
	var work sync.WaitGroup
	work.Go(func() { h.watch(ctx, cancel) })
	work.Go(func() { h.ping(ctx, cancel, s.ping) })
	errs := h.run(ctx, exec, p, nil, func(resp *graphql.Response) error { return s.next(ctx, resp) })
	if ctx.Err() != nil {
		errs = endErrors(context.WithoutCancel(ctx), exec, context.Cause(ctx))
	}
	cancel(nil)
	work.Wait() // so that nothing is written after the end
	if len(errs) > 0 {
		_ = s.next(ctx, map[string]gqlerror.List{"errors": errs}) // without data the key is absent
	}
	_ = s.write(ctx, "event: complete\ndata:\n\n")
}

// endErrors returns the errors for a stream that the server ends.
func endErrors(ctx context.Context, exec graphql.GraphExecutor, cause error) gqlerror.List {
	why := &apierror.Error{Message: cause.Error()}
	switch {
	case errors.Is(cause, errStopping):
		why.Code = apierror.Unavailable
	case errors.Is(cause, errKeyInvalid):
		why.Code = apierror.Unauthenticated
	default:
		return nil
	}
	return present(ctx, exec, &graphql.OperationContext{}, why)
}

// events writes one event stream.
type events struct {
	hub  *Hub
	mu   sync.Mutex
	w    io.Writer
	conn *http.ResponseController
	slow bool
}

func (s *events) next(ctx context.Context, resp any) error {
	text, err := json.Marshal(resp) // has no line breaks
	if err != nil {
		return err
	}
	return s.write(ctx, "event: next\ndata: "+string(text)+"\n\n")
}

// write fails if the client does not read in time.
func (s *events) write(ctx context.Context, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.slow {
		return errSlow
	}
	until := time.Now().Add(s.hub.cfg.WriteTimeout)
	// Writers of tests cannot set a deadline.
	_ = s.conn.SetWriteDeadline(until)
	_, err := io.WriteString(s.w, text)
	if err == nil {
		err = s.conn.Flush()
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() == nil && !time.Now().Before(until):
		s.slow = true
		s.hub.slowConsumers.Add(1)
		return errSlow
	}
	return errDisconnected
}

// ping writes a comment.
func (s *events) ping(ctx context.Context) error { return s.write(ctx, ":\n\n") }
