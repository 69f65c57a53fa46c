package reliability_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// moment is when a fault strikes a transaction that records a change.
type moment string

const (
	beforeCommit     moment = "before COMMIT"               // at its last statement, which the database never gets
	commitUnheard    moment = "COMMIT that nobody hears"    // the database never gets it
	commitUnanswered moment = "COMMIT that is not answered" // the database has committed
)

// fault ends the connection of one transaction.
type fault struct {
	at    moment
	reset bool          // with RST instead of FIN
	held  chan struct{} // where it is set: instead, closed when the answer is held back until the client ends
}

// proxy stands between the server and PostgreSQL, and follows the protocol far
// enough to know which transaction records a change.
type proxy struct {
	l        net.Listener
	database string
	armed    atomic.Pointer[fault]
	work     sync.WaitGroup

	mu    sync.Mutex
	conns []net.Conn
}

// through returns a proxy before the database of an installation, and the
// installation as it is seen through it.
func through(t testing.TB, in *installation) (*proxy, *installation) {
	t.Helper()
	u, err := url.Parse(in.database)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{l: l, database: u.Host}
	u.Host = l.Addr().String()
	p.work.Go(p.accept)
	t.Cleanup(p.close)
	return p, &installation{u.String(), in.owned}
}

func (p *proxy) close() {
	_ = p.l.Close()
	p.mu.Lock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.mu.Unlock()
	p.work.Wait()
}

// take returns the fault that is armed for this moment, once.
func (p *proxy) take(at moment) *fault {
	if f := p.armed.Load(); f != nil && f.at == at && p.armed.CompareAndSwap(f, nil) {
		return f
	}
	return nil
}

func (p *proxy) accept() {
	for {
		client, err := p.l.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.database)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, client, server)
		p.mu.Unlock()
		s := &session{proxy: p, client: client.(*net.TCPConn), server: server, prepared: map[string]bool{}}
		p.work.Go(s.requests)
		p.work.Go(s.answers)
	}
}

// session is one connection through the proxy.
type session struct {
	proxy    *proxy
	client   *net.TCPConn
	server   net.Conn
	prepared map[string]bool // statements that record a change
	changed  bool            // this transaction has recorded one
	swallow  atomic.Pointer[fault]
}

// end ends the connection as the fault wants it.
func (s *session) end(f *fault) {
	if f.reset {
		_ = s.client.SetLinger(0)
	}
	_ = s.client.Close()
}

func (s *session) requests() {
	defer s.server.Close()
	if forwardStartup(s.server, s.client) != nil {
		return
	}
	for {
		kind, message, err := readMessage(s.client)
		if err != nil {
			return
		}
		if f := s.strikes(kind, message[5:]); f != nil {
			s.end(f)
			return
		}
		if _, err := s.server.Write(message); err != nil {
			return
		}
	}
}

// strikes returns the fault that a message meets before it is forwarded.
func (s *session) strikes(kind byte, body []byte) *fault {
	switch kind {
	case 'P': // Parse: name, statement
		name, rest := text(body)
		statement, _ := text(rest)
		s.prepared[name] = strings.HasPrefix(statement, `INSERT INTO "changes"`)
	case 'B': // Bind: portal, name
		_, rest := text(body)
		if name, _ := text(rest); s.prepared[name] {
			s.changed = true
			return s.proxy.take(beforeCommit)
		}
	case 'Q': // Query
		statement, _ := text(body)
		changed := s.changed
		s.changed = s.changed && statement != "COMMIT" && statement != "ROLLBACK"
		if changed && statement == "COMMIT" {
			s.swallow.Store(s.proxy.take(commitUnanswered))
			return s.proxy.take(commitUnheard)
		}
	}
	return nil
}

func (s *session) answers() {
	defer s.client.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := s.server.Read(buf)
		if f := s.swallow.Load(); f != nil && bytes.Contains(buf[:n], []byte("COMMIT\x00")) {
			if f.held != nil {
				close(f.held)
				_, _ = io.Copy(io.Discard, s.server) // until the client is gone
			}
			s.end(f)
			return
		}
		if _, e := s.client.Write(buf[:n]); e != nil || err != nil {
			return
		}
	}
}

// text reads a string of the protocol and returns what follows.
func text(b []byte) (string, []byte) {
	head, rest, _ := bytes.Cut(b, []byte{0})
	return string(head), rest
}

// forwardStartup passes the first message on, which has no type.
func forwardStartup(to io.Writer, from io.Reader) error {
	size := make([]byte, 4)
	if _, err := io.ReadFull(from, size); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(size)
	if n < 4 || n > 1<<16 {
		return errors.New("not a startup message")
	}
	message := append(size, make([]byte, n-4)...)
	if _, err := io.ReadFull(from, message[4:]); err != nil {
		return err
	}
	_, err := to.Write(message)
	return err
}

// readMessage reads a message with its head of five bytes.
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
