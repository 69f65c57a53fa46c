package sqlconn

import (
	"context"
	"net"
	"sync"
	"time"
)

// Without these a primary that vanished without a word is noticed after minutes.
const (
	keepAliveIdle  = 10 * time.Second
	keepAliveProbe = 2 * time.Second
	keepAliveCount = 3
	sendTimeout    = 15 * time.Second // unacknowledged data, TCP_USER_TIMEOUT on Linux
)

// dialer dials for one lib/pq connection and holds the network connections, so
// that deadlines can be set below lib/pq and TLS.
type dialer struct {
	mu     sync.Mutex
	dialed []net.Conn
	done   bool // connected: later connections are cancel requests
}

func (d *dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d *dialer) DialTimeout(network, address string, limit time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	nd := net.Dialer{Control: limitSend, KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: keepAliveIdle, Interval: keepAliveProbe, Count: keepAliveCount,
	}}
	c, err := nd.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.done {
		d.dialed = append(d.dialed, c)
	}
	return c, nil
}

// finish ends the opening phase. It returns the connection in use and closes
// those that lib/pq has given up: it leaves one open when sslmode=prefer falls
// back.
func (d *dialer) finish() net.Conn {
	d.mu.Lock()
	defer d.mu.Unlock()
	last := len(d.dialed) - 1
	for _, c := range d.dialed[:last] {
		_ = c.Close()
	}
	kept := d.dialed[last]
	d.dialed, d.done = nil, true
	return kept
}

// closeAll closes all connections after a failure to connect.
func (d *dialer) closeAll() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.dialed {
		_ = c.Close()
	}
	d.dialed, d.done = nil, true
}
