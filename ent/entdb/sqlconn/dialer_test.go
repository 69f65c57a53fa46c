package sqlconn

import (
	"io"
	"net"
	"testing"
	"time"
)

// lib/pq leaves the first connection open when sslmode=prefer falls back.
func TestOnlyTheLastConnectionIsKept(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var d dialer
	var accepted [2]net.Conn
	for i := range accepted {
		if _, err := d.DialTimeout("tcp", l.Addr().String(), time.Minute); err != nil {
			t.Fatal(err)
		}
		if accepted[i], err = l.Accept(); err != nil {
			t.Fatal(err)
		}
		defer accepted[i].Close()
	}
	kept := d.finish()
	defer kept.Close()
	if _, err := accepted[0].Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the first connection is not closed: %v", err)
	}
	if kept.LocalAddr().String() != accepted[1].RemoteAddr().String() {
		t.Error("not the last connection is kept")
	}
}
