package stream

import (
	"bufio"
	"net"
	"net/http"
)

// handshake spells the headers of a WebSocket as RFC 6455 does. By HTTP their
// case does not matter, but there are clients that compare it, among them the
// default transport of Python's gql, which then falls back to an older protocol.
type handshake struct{ http.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (w handshake) WriteHeader(status int) {
	h := w.Header()
	for _, name := range []string{"Sec-WebSocket-Accept", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Sec-WebSocket-Version"} {
		if values := h.Values(name); len(values) > 0 {
			h.Del(name)
			h[name] = values
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

// Hijack implements http.Hijacker.
func (w handshake) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// Unwrap is for http.ResponseController.
func (w handshake) Unwrap() http.ResponseWriter { return w.ResponseWriter }
