package stream

import (
	"bufio"
	"net"
	"net/http"
)

// handshake writes the headers of a WebSocket in the case of RFC 6455. HTTP ignores
// the case of headers, but some clients compare it, such as the default transport
// of Python's gql, which then falls back to an older protocol.
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
