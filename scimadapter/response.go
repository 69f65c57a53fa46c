package scimadapter

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/feddir/feddir/internal/jsontext"
)

// mediaType is SCIM's own, RFC 7644 §8.1.
const mediaType = "application/scim+json"

// response is an answer that is not an error.
type response struct {
	status   int
	location string // URL of the resource that was made
	version  string // of the resource, as its ETag
	body     func(*output) error
}

// flushThreshold is how many bytes of a body are buffered before they are sent.
const flushThreshold = 64 << 10

// maxAnswerTime bounds the time of a whole answer.
const maxAnswerTime = 10 * time.Minute

// output writes an answer of any length in bounded memory. The status is sent
// with the first full buffer, so an error before that is answered as an error.
// Each further part may take as long as a whole short request: an answer is
// aborted when it stalls, and not because it is long.
type output struct {
	ctx     context.Context // of the whole answer
	limit   time.Duration   // of each part of it
	w       http.ResponseWriter
	head    bool // the client wants no body
	status  int
	sent    bool
	failure *failure // that was answered; nil for none
	buf     bytes.Buffer
}

func (o *output) respond(r *response) error {
	o.status = r.status
	h := o.w.Header()
	if r.location != "" {
		h.Set("Location", r.location)
	}
	if r.version != "" {
		h.Set("ETag", r.version)
	}
	if r.body == nil || o.head {
		o.header(r.body != nil)
		return nil
	}
	if err := r.body(o); err != nil {
		h.Del("Location")
		h.Del("ETag")
		return err
	}
	o.finish()
	return nil
}

func (o *output) header(body bool) {
	h := o.w.Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	if body {
		h.Set("Content-Type", mediaType)
	}
	o.sent = true
	o.w.WriteHeader(o.status)
}

// text appends JSON as it is.
func (o *output) text(s string) { o.buf.WriteString(s) }

// value appends a value as JSON.
func (o *output) value(v any) error {
	if err := jsontext.Append(&o.buf, v); err != nil {
		return err
	}
	return o.flush(flushThreshold)
}

// flush sends the buffer if it holds at least so many bytes.
func (o *output) flush(least int) error {
	if o.buf.Len() < least {
		return nil
	}
	if !o.sent {
		o.header(true)
	}
	if o.head {
		o.buf.Reset()
		return nil
	}
	if least > 0 { // more is to come
		_ = http.NewResponseController(o.w).SetWriteDeadline(time.Now().Add(o.limit))
	}
	_, err := o.buf.WriteTo(o.w)
	return err
}

// part returns a context for reading one further part of the answer.
func (o *output) part() (context.Context, context.CancelFunc) {
	return context.WithTimeout(o.ctx, o.limit)
}

// finish sends the rest of the buffer. An error is ignored: the client is gone.
func (o *output) finish() {
	if !o.sent {
		o.w.Header().Set("Content-Length", strconv.Itoa(o.buf.Len()))
	}
	o.flush(0)
}
