package sqlconn

import (
	"database/sql"
	"errors"
	"net"
	"net/url"
	"sync"
	"testing"

	"entgo.io/ent/dialect"

	"github.com/feddir/feddir/ent/entdb/pgtest"
)

// pooler is a PostgreSQL proxy that gives a server session to a client for one
// transaction, as poolers in transaction mode do, or for its whole life.
type pooler struct {
	server        string
	byTransaction bool
	idle          chan net.Conn // sessions nobody uses
	done          chan struct{} // closed at the end
	wg            sync.WaitGroup
	mu            sync.Mutex
	conns         []net.Conn
}

func newPooler(t *testing.T, databaseURL string, byTransaction bool) string {
	t.Helper()
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &pooler{server: u.Host, byTransaction: byTransaction, idle: make(chan net.Conn, 100), done: make(chan struct{})}
	p.wg.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			p.keep(client)
			p.wg.Go(func() { p.serve(client) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		p.mu.Lock()
		for _, c := range p.conns {
			_ = c.Close()
		}
		p.mu.Unlock()
		close(p.done)
		p.wg.Wait()
	})
	u.Host = l.Addr().String()
	return u.String()
}

func (p *pooler) keep(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns = append(p.conns, c)
}

// serve opens one more session with the client's own startup message and then
// lends the client whatever session is idle.
func (p *pooler) serve(client net.Conn) {
	defer client.Close()
	session, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	p.keep(session)
	if _, err := forwardStartup(session, client); err != nil {
		return
	}
	if _, err := answer(client, session); err != nil {
		return
	}
	for {
		if p.byTransaction && session != nil {
			select {
			case p.idle <- session:
			case <-p.done:
				return
			}
			session = nil
		}
		for {
			kind, message, err := readMessage(client)
			if err != nil || kind == 'X' {
				return
			}
			if session == nil {
				select {
				case session = <-p.idle:
				case <-p.done:
					return
				}
			}
			if _, err := session.Write(message); err != nil {
				return
			}
			if kind != 'Q' && kind != 'S' {
				continue
			}
			status, err := answer(client, session)
			if err != nil {
				return
			}
			if status == 'I' {
				break
			}
		}
	}
}

// answer forwards messages up to ReadyForQuery and returns the transaction status.
func answer(client, session net.Conn) (status byte, err error) {
	for {
		kind, message, err := readMessage(session)
		if err != nil {
			return 0, err
		}
		if _, err := client.Write(message); err != nil {
			return 0, err
		}
		if kind == 'Z' {
			return message[5], nil
		}
	}
}

func TestTransactionPoolerIsRefused(t *testing.T) {
	t.Parallel()
	db, err := Open(t.Context(), patient(Config{URL: newPooler(t, pgtest.URL(t), true)}))
	if err == nil {
		db.Close()
	}
	if !errors.Is(err, ErrSharedSessions) {
		t.Errorf("Open: %v, want ErrSharedSessions", err)
	}
}

// Each question alone finds the pooler out.
func TestQuestionsFindThePooler(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]question{"process": askProcess, "prepared": askPrepared} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := patient(Config{URL: newPooler(t, pgtest.URL(t), true)}).withDefaults(dialect.Postgres)
			c, err := newPGConnector(cfg, &counters{})
			if err != nil {
				t.Fatal(err)
			}
			pool := sql.OpenDB(c)
			defer pool.Close()
			if err := interleave(t.Context(), pool, ask); !errors.Is(err, ErrSharedSessions) {
				t.Errorf("%v, want ErrSharedSessions", err)
			}
		})
	}
}

func TestSessionPoolerIsAccepted(t *testing.T) {
	t.Parallel()
	db, err := Open(t.Context(), patient(Config{URL: newPooler(t, pgtest.URL(t), false)}))
	if err != nil {
		t.Fatal(err, Detail(err))
	}
	db.Close()
}
