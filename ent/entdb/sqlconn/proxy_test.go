package sqlconn

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
)

// proxy stands between a driver and a PostgreSQL server on 127.0.0.1. It counts
// round trips and can end a connection at an answer, so that the server has done
// what the client never hears of.
type proxy struct {
	t      testing.TB
	l      net.Listener
	server string
	trips  atomic.Int64
	cut    atomic.Pointer[cut]
	wg     sync.WaitGroup

	mu    sync.Mutex
	conns []net.Conn
}

// cut ends the connection instead of delivering an answer with this command tag.
type cut struct {
	tag   string
	reset bool // RST instead of FIN
}

// newProxy returns a proxy before the server of a database URL, and the URL
// through it.
func newProxy(t testing.TB, databaseURL string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{t: t, l: l, server: u.Host}
	u.Host = l.Addr().String()
	p.wg.Go(p.accept)
	t.Cleanup(p.close)
	return p, u.String()
}

func (p *proxy) close() {
	_ = p.l.Close()
	p.mu.Lock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.mu.Unlock()
	p.wg.Wait()
}

func (p *proxy) track(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns = append(p.conns, c)
}

func (p *proxy) accept() {
	for {
		client, err := p.l.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.server)
		if err != nil {
			_ = client.Close()
			return
		}
		p.track(client)
		p.track(server)
		p.wg.Go(func() { p.requests(client, server) })
		p.wg.Go(func() { p.answers(client, server) })
	}
}

// requests forwards what the client sends, counting the messages that are answered.
func (p *proxy) requests(client, server net.Conn) {
	defer server.Close()
	if _, err := forwardStartup(server, client); err != nil {
		return
	}
	for {
		kind, message, err := readMessage(client)
		if err != nil {
			return
		}
		if kind == 'Q' || kind == 'S' {
			p.trips.Add(1)
		}
		if _, err := server.Write(message); err != nil {
			return
		}
	}
}

func (p *proxy) answers(client, server net.Conn) {
	defer client.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		if c := p.cut.Load(); c != nil && bytes.Contains(buf[:n], append([]byte(c.tag), 0)) && p.cut.CompareAndSwap(c, nil) {
			if c.reset {
				_ = client.(*net.TCPConn).SetLinger(0)
			}
			return
		}
		if _, e := client.Write(buf[:n]); e != nil || err != nil {
			return
		}
	}
}

// forwardStartup passes the first message on, which has no type byte.
func forwardStartup(to io.Writer, from io.Reader) ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(from, size[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n < 4 || n > 1<<16 {
		return nil, errors.New("not a startup message")
	}
	message := append(size[:], make([]byte, n-4)...)
	if _, err := io.ReadFull(from, message[4:]); err != nil {
		return nil, err
	}
	_, err := to.Write(message)
	return message, err
}

func readMessage(from io.Reader) (kind byte, message []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n < 4 || n > 1<<26 {
		return 0, nil, errors.New("not a message")
	}
	message = append(head[:], make([]byte, n-4)...)
	_, err = io.ReadFull(from, message[5:])
	return head[0], message, err
}
