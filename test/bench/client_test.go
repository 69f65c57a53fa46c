package bench_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// request is a request as it goes over the wire. Its bytes are made before the
// clock runs, so that the client costs little beside the server.
type request struct {
	wire   []byte
	status int // of the right answer
}

func (r request) with(method, target, contentType, key, body string) request {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: directory.test\r\nAuthorization: Bearer %s\r\n", method, target, key)
	if body != "" {
		fmt.Fprintf(&b, "Content-Type: %s\r\nContent-Length: %d\r\n", contentType, len(body))
	}
	b.WriteString("\r\n" + body)
	r.wire = b.Bytes()
	return r
}

// scim is a request with the directory's key.
func (in *installation) scim(status int, method, target, body string) request {
	return request{status: status}.with(method, "/v2"+target, "application/scim+json", in.scimKey, body)
}

// graphql is a request with an API key of the company, which costs some points.
func (in *installation) graphql(points int, query string, variables map[string]any) request {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err)
	}
	return request{status: 200}.with("POST", "/graphql", "application/json", in.apiKey(points), string(body))
}

// client is one keep-alive connection.
type client struct {
	conn   net.Conn
	reader *bufio.Reader
	body   bytes.Buffer
}

func dial(address string) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, reader: bufio.NewReaderSize(conn, 16<<10)}, nil
}

// do sends a request and returns the answer's body, which holds until the
// next. An answer that is not the right one is an error.
func (c *client) do(r request) ([]byte, error) {
	if _, err := c.conn.Write(r.wire); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return nil, err
	}
	c.body.Reset()
	if _, err := io.Copy(&c.body, resp.Body); err != nil {
		return nil, err
	}
	return c.body.Bytes(), r.judge(resp.StatusCode, c.body.Bytes())
}

// judge tells a right answer from a wrong one. GraphQL tells of its failures
// behind a 200.
func (r request) judge(status int, body []byte) error {
	if status != r.status || bytes.HasPrefix(body, []byte(`{"errors"`)) || bytes.Contains(body[max(0, len(body)-300):], []byte(`"errors":[`)) {
		line, _, _ := strings.Cut(string(r.wire), "\r\n")
		return fmt.Errorf("%s: status %d, want %d: %.300s", line, status, r.status, body)
	}
	return nil
}
