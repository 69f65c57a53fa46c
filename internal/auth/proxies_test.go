package auth_test

import (
	"net/http"
	"testing"

	"github.com/feddir/feddir/internal/auth"
)

func TestClientAddress(t *testing.T) {
	t.Parallel()
	proxies, err := auth.ParseProxies("10.0.0.0/8, 192.0.2.1,::1")
	check(t, err)
	for _, c := range []struct {
		name, peer, want string
		forwarded        []string
	}{
		{"direct", "198.51.100.7:1", "198.51.100.7", nil},
		{"untrusted peer lies", "198.51.100.7:1", "198.51.100.7", []string{"203.0.113.9"}},
		{"one proxy", "10.1.2.3:1", "203.0.113.9", []string{"203.0.113.9"}},
		{"mapped peer", "[::ffff:10.1.2.3]:1", "203.0.113.9", []string{"203.0.113.9"}},
		{"two proxies", "10.1.2.3:1", "203.0.113.9", []string{"203.0.113.9, 192.0.2.1"}},
		{"client lies to the proxy", "10.1.2.3:1", "203.0.113.9", []string{"1.1.1.1, 203.0.113.9"}},
		{"two headers", "10.1.2.3:1", "203.0.113.9", []string{"1.1.1.1", "203.0.113.9"}},
		{"no header", "10.1.2.3:1", "10.1.2.3", nil},
		{"nonsense", "10.1.2.3:1", "10.1.2.3", []string{"1.1.1.1, <script>"}},
		{"all trusted", "[::1]:1", "10.9.9.9", []string{"10.9.9.9"}},
		{"no peer", "@", "invalid IP", []string{"1.1.1.1"}},
	} {
		r := &http.Request{RemoteAddr: c.peer, Header: http.Header{"X-Forwarded-For": c.forwarded}}
		if got := proxies.Client(r).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if _, err := auth.ParseProxies("10.0.0.0/33"); err == nil {
		t.Error("a network that is none was taken")
	}
}
